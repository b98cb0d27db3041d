import { type Element, element, xml } from "./xml.js";

export interface AnswerOptions {
  /** As the medium names it, such as `Windows 11 Pro`; undefined for the first of the medium. */
  readonly edition: string | undefined;
  /** Where the medium asks for one. */
  readonly productKey: string | undefined;
  /** Of the language that the medium has. */
  readonly language: string;
  /** Of the local administrator, in clear on the CD. */
  readonly password: string;
  /** Folders of virtio's drivers on another CD; none where there is no such CD. */
  readonly drivers: readonly string[];
  /** Whether the machine has a TPM: the setup of Windows 11 is not to ask for it where it may have none. */
  readonly hasTpm: boolean;
}

/** The local administrator that the host is entered as. */
export const administrator = "plugfest";

/**
 * The answers that Windows' setup asks for, found by it at the root of a CD (Autounattend.xml): it wipes the disk, installs, and
 * hands over to images/windows/setup/prepare.ps1 on the same CD. Element names, passes and values are those of Microsoft's
 * Unattended Windows Setup Reference; `answer-schema.fixture.ts` has the part that is relied on.
 */
export function autounattend(options: AnswerOptions): string {
  return answerFile([
    settings("windowsPE", [international("-WinPE", options), ...driverPaths(options), setup(options)]),
    settings("specialize", [
      component("Microsoft-Windows-Shell-Setup", [element("ComputerName", "*"), element("TimeZone", "UTC")]),
    ]),
    settings("oobeSystem", [
      international("", options),
      component("Microsoft-Windows-Shell-Setup", [
        ...firstUse(options),
        element("AutoLogon", [
          element("Password", plain(options.password)),
          element("Enabled", "true"),
          element("LogonCount", "1"),
          element("Username", administrator),
        ]),
        element("FirstLogonCommands", [
          element(
            "SynchronousCommand",
            [
              element("Order", "1"),
              element("CommandLine", onPlugfestCd("prepare.ps1")),
              element("Description", "plugfest prepares the host"),
            ],
            add,
          ),
        ]),
      ]),
    ]),
  ]);
}

/**
 * The answers of a sealed machine's first start: nobody is asked anything. What is its own it gets from another CD, by
 * images/windows/setup/start.ps1.
 */
export function sealedAnswers(options: Pick<AnswerOptions, "language" | "password">): string {
  return answerFile([
    settings("specialize", [
      component("Microsoft-Windows-Shell-Setup", [element("ComputerName", "*"), element("TimeZone", "UTC")]),
    ]),
    settings("oobeSystem", [international("", options), component("Microsoft-Windows-Shell-Setup", firstUse(options))]),
  ]);
}

const add = { "wcm:action": "add" };

function answerFile(passes: readonly Element[]): string {
  const namespaces = {
    xmlns: "urn:schemas-microsoft-com:unattend",
    "xmlns:wcm": "http://schemas.microsoft.com/WMIConfig/2002/State",
  };
  return xml(element("unattend", passes, namespaces));
}

function settings(pass: string, components: readonly Element[]): Element {
  return element("settings", components, { pass });
}

function component(name: string, content: readonly Element[]): Element {
  return element("component", content, {
    name,
    processorArchitecture: "amd64",
    publicKeyToken: "31bf3856ad364e35",
    language: "neutral",
    versionScope: "nonSxS",
  });
}

function international(where: "" | "-WinPE", { language }: Pick<AnswerOptions, "language">): Element {
  const names = ["InputLocale", "SystemLocale", "UILanguage", "UserLocale"];
  const locales = names.map((name) => element(name, language));
  const ofSetup = element("SetupUILanguage", [element("UILanguage", language)]);
  return component(`Microsoft-Windows-International-Core${where}`, where === "" ? locales : [ofSetup, ...locales]);
}

/** Drives get their letters in an order that nobody promises: the driver CD is one of these. */
function driverPaths({ drivers }: AnswerOptions): Element[] {
  if (drivers.length === 0) return [];
  const paths = ["D", "E", "F"].flatMap((drive) => drivers.map((folder) => `${drive}:\\${folder}`));
  const each = paths.map((path, index) =>
    element("PathAndCredentials", [element("Path", path)], { ...add, "wcm:keyValue": String(index + 1) }),
  );
  return [component("Microsoft-Windows-PnpCustomizationsWinPE", [element("DriverPaths", each)])];
}

function setup({ edition, productKey, hasTpm }: AnswerOptions): Element {
  return component("Microsoft-Windows-Setup", [
    element("DiskConfiguration", [disk, element("WillShowUI", "OnError")]),
    element("ImageInstall", [
      element("OSImage", [
        element("InstallFrom", [
          element(
            "MetaData",
            [element("Key", edition === undefined ? "/IMAGE/INDEX" : "/IMAGE/NAME"), element("Value", edition ?? "1")],
            add,
          ),
        ]),
        element("InstallTo", [element("DiskID", "0"), element("PartitionID", "3")]),
        element("WillShowUI", "OnError"),
      ]),
    ]),
    element("UserData", [
      element("AcceptEula", "true"),
      element("FullName", administrator),
      element("ProductKey", [
        ...(productKey === undefined ? [] : [element("Key", productKey)]),
        element("WillShowUI", "OnError"),
      ]),
    ]),
    element("RunSynchronous", skipping(hasTpm ? requirements.slice(1) : requirements)),
  ]);
}

/** UEFI: a system partition, Microsoft's reserved one, and Windows' own in the rest. */
const disk = element(
  "Disk",
  [
    element("DiskID", "0"),
    element("WillWipeDisk", "true"),
    element("CreatePartitions", [
      partition("1", "EFI", element("Size", "260")),
      partition("2", "MSR", element("Size", "16")),
      partition("3", "Primary", element("Extend", "true")),
    ]),
    element("ModifyPartitions", [
      format("1", "1", "FAT32", [element("Label", "System")]),
      format("2", "3", "NTFS", [element("Label", "Windows"), element("Letter", "C")]),
    ]),
  ],
  add,
);

function partition(order: string, type: string, size: Element): Element {
  return element("CreatePartition", [element("Order", order), element("Type", type), size], add);
}

function format(order: string, id: string, as: string, more: readonly Element[]): Element {
  const content = [element("Order", order), element("PartitionID", id), element("Format", as), ...more];
  return element("ModifyPartition", content, add);
}

/** Setup of Windows 11 looks at these before it looks at the machine; Windows Server and Windows 10 do not know them. */
const requirements = ["BypassTPMCheck", "BypassSecureBootCheck", "BypassRAMCheck", "BypassCPUCheck"];

function skipping(checks: readonly string[]): Element[] {
  return checks.map((value, index) =>
    element(
      "RunSynchronousCommand",
      [
        element("Order", String(index + 1)),
        element("Path", `reg.exe add HKLM\\SYSTEM\\Setup\\LabConfig /v ${value} /t REG_DWORD /d 1 /f`),
      ],
      add,
    ),
  );
}

/** No page is shown, no account of Microsoft's is asked for, and the local administrator is there. */
function firstUse({ password }: Pick<AnswerOptions, "password">): Element[] {
  return [
    element("OOBE", [
      element("HideEULAPage", "true"),
      element("HideOEMRegistrationScreen", "true"),
      element("HideOnlineAccountScreens", "true"),
      element("HideWirelessSetupInOOBE", "true"),
      element("ProtectYourPC", "3"),
    ]),
    element("UserAccounts", [
      // Windows Server asks for it, whoever else there is.
      element("AdministratorPassword", plain(password)),
      element("LocalAccounts", [
        element(
          "LocalAccount",
          [element("Password", plain(password)), element("Group", "Administrators"), element("Name", administrator)],
          add,
        ),
      ]),
    ]),
  ];
}

function plain(password: string): Element[] {
  return [element("Value", password), element("PlainText", "true")];
}

/** Looks for plugfest's CD among all drives, by a file that only it has. */
function onPlugfestCd(script: string): string {
  const find = `Get-PSDrive -PSProvider FileSystem | ForEach-Object { Join-Path $_.Root '${script}' } | Where-Object { Test-Path $_ }`;
  return `powershell.exe -NoProfile -ExecutionPolicy Bypass -Command "& (${find} | Select-Object -First 1)"`;
}
