/**
 * The part of the answer file's schema that plugfest relies on, as data. Microsoft gives no XSD to download: it comes with the
 * Windows Assessment and Deployment Kit, and is generated of a medium's catalogue. Source of what stands here: Unattended
 * Windows Setup Reference (learn.microsoft.com/windows-hardware/customize/desktop/unattend), the page of each component, whose
 * section "Valid Configuration Passes" has the passes, and "Child Elements" and "Values" the rest.
 */
export interface SchemaElement {
  /** Children by name; `many` may stand several times. */
  readonly children?: Readonly<Record<string, SchemaElement>>;
  readonly many?: boolean;
  readonly required?: boolean;
  /** What the text must be. */
  readonly text?: RegExp;
  /** Lists of settings say what is done with each item. */
  readonly action?: boolean;
}

const yes: SchemaElement = { text: /^(true|false)$/ };
const number: SchemaElement = { text: /^\d+$/, required: true };
const some: SchemaElement = { text: /\S/, required: true };
const showUi: SchemaElement = { text: /^(Always|OnError|Never)$/ };
const password: SchemaElement = { children: { Value: some, PlainText: yes }, required: true };
/** A language, or a locale and a keyboard: `en-US`, `0409:00000409`. */
const locale: SchemaElement = { text: /^([a-z]{2,3}(-[A-Za-z]{2,4})+|[0-9a-f]{4}:[0-9a-f]{8})$/, required: true };
const locales = { InputLocale: locale, SystemLocale: locale, UILanguage: locale, UserLocale: locale };

const disk: SchemaElement = {
  ...{ many: true, required: true, action: true },
  children: {
    ...{ DiskID: number, WillWipeDisk: yes },
    CreatePartitions: {
      children: {
        CreatePartition: {
          ...{ many: true, required: true, action: true },
          children: {
            Order: number,
            Type: { text: /^(EFI|MSR|Primary|Extended|Logical)$/, required: true },
            ...{ Size: { text: /^\d+$/ }, Extend: yes },
          },
        },
      },
    },
    ModifyPartitions: {
      children: {
        ModifyPartition: {
          ...{ many: true, required: true, action: true },
          children: {
            ...{ Order: number, PartitionID: number },
            Format: { text: /^(NTFS|FAT32)$/ },
            Label: { text: /^[^\s].{0,31}$/ },
            Letter: { text: /^[C-Z]$/ },
          },
        },
      },
    },
  },
};

const setup: SchemaElement = {
  children: {
    DiskConfiguration: { children: { Disk: disk, WillShowUI: showUi } },
    ImageInstall: {
      children: {
        OSImage: {
          children: {
            InstallFrom: {
              children: {
                MetaData: {
                  ...{ many: true, action: true },
                  children: { Key: { text: /^\/IMAGE\/(INDEX|NAME|DESCRIPTION)$/, required: true }, Value: some },
                },
              },
            },
            InstallTo: { children: { DiskID: number, PartitionID: number }, required: true },
            WillShowUI: showUi,
          },
        },
      },
    },
    UserData: {
      children: {
        ...{ AcceptEula: yes, FullName: some },
        ProductKey: {
          children: { Key: { text: /^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/ }, WillShowUI: showUi },
        },
      },
    },
    RunSynchronous: {
      children: {
        RunSynchronousCommand: {
          ...{ many: true, required: true, action: true },
          children: { Order: number, Path: { text: /^.{1,259}$/, required: true } },
        },
      },
    },
  },
};

const shell: SchemaElement = {
  children: {
    // At most 15 characters; `*` has one drawn.
    ComputerName: { text: /^([A-Za-z0-9-]{1,15}|\*)$/ },
    TimeZone: { text: /^UTC$/ },
    OOBE: {
      children: {
        ...{ HideEULAPage: yes, HideOEMRegistrationScreen: yes, HideOnlineAccountScreens: yes },
        ...{ HideWirelessSetupInOOBE: yes, ProtectYourPC: { text: /^[123]$/ } },
      },
    },
    UserAccounts: {
      children: {
        AdministratorPassword: password,
        LocalAccounts: {
          children: {
            LocalAccount: {
              ...{ many: true, required: true, action: true },
              children: {
                Password: password,
                Group: some,
                Name: { text: /^[^"/\\[\]:;|=,+*?<>]{1,20}$/, required: true },
              },
            },
          },
        },
      },
    },
    AutoLogon: { children: { Password: password, Enabled: yes, LogonCount: number, Username: some } },
    FirstLogonCommands: {
      children: {
        SynchronousCommand: {
          ...{ many: true, required: true, action: true },
          children: { Order: number, CommandLine: { text: /^.{1,1024}$/, required: true }, Description: some },
        },
      },
    },
  },
};

/** Of each component: the passes it may stand in, what of it may stand where, and its settings. */
export const components: Readonly<
  Record<
    string,
    { readonly passes: readonly string[]; readonly only?: Readonly<Record<string, string>> } & SchemaElement
  >
> = {
  "Microsoft-Windows-International-Core-WinPE": {
    passes: ["windowsPE"],
    children: { SetupUILanguage: { children: { UILanguage: locale }, required: true }, ...locales },
  },
  "Microsoft-Windows-International-Core": { passes: ["specialize", "oobeSystem"], children: locales },
  "Microsoft-Windows-PnpCustomizationsWinPE": {
    passes: ["windowsPE"],
    children: {
      DriverPaths: {
        children: { PathAndCredentials: { many: true, required: true, action: true, children: { Path: some } } },
      },
    },
  },
  "Microsoft-Windows-Setup": { passes: ["windowsPE"], ...setup },
  "Microsoft-Windows-Shell-Setup": {
    passes: ["offlineServicing", "windowsPE", "generalize", "specialize", "auditSystem", "auditUser", "oobeSystem"],
    only: {
      ComputerName: "specialize",
      OOBE: "oobeSystem",
      UserAccounts: "oobeSystem",
      FirstLogonCommands: "oobeSystem",
    },
    ...shell,
  },
};

/** Passes in the order in which setup goes through them. */
export const passes = [
  "windowsPE",
  "offlineServicing",
  "generalize",
  "specialize",
  "auditSystem",
  "auditUser",
  "oobeSystem",
];
