# Runs once, at the end of Windows' setup: makes of this Windows a host that plugfest can use. What it does is in
# C:\plugfest\prepared.txt, whose last lines have the fingerprint of its host key.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$cd = Split-Path -Parent $MyInvocation.MyCommand.Path
$folder = 'C:\plugfest'

function Write-Done {
    param([string] $Text)
    Add-Content -Path "$folder\prepared.txt" -Value $Text
    Write-Output $Text
}

function Set-Policy {
    param([string] $Key, [string] $Name, [int] $Value)
    # One that is there would lose what it has.
    if (-not (Test-Path $Key)) { $null = New-Item -Path $Key -Force }
    Set-ItemProperty -Path $Key -Name $Name -Value $Value -Type DWord
}

function Install-Sshd {
    if (Get-Service sshd -ErrorAction SilentlyContinue) { return }
    $package = Get-ChildItem -Path $cd -Filter 'OpenSSH*.msi' | Select-Object -First 1
    if ($package) {
        $arguments = '/i', ('"{0}"' -f $package.FullName), '/qn', 'ADDLOCAL=Server'
        $installer = Start-Process msiexec.exe -ArgumentList $arguments -Wait -PassThru
        if ($installer.ExitCode -ne 0) { throw "msiexec ended with $($installer.ExitCode)" }
        return
    }
    $null = Add-WindowsCapability -Online -Name 'OpenSSH.Server~~~~0.0.1.0'
}

try {
    $null = New-Item -ItemType Directory -Force -Path $folder
    $given = Get-Content -Raw -Path (Join-Path $cd 'plugfest.json') | ConvertFrom-Json

    # Before updates are off: the feature comes from Windows Update where no package is on the CD.
    Install-Sshd
    Set-Service sshd -StartupType Automatic
    Start-Service sshd
    $keys = 'C:\ProgramData\ssh\administrators_authorized_keys'
    [IO.File]::WriteAllText($keys, "$($given.authorizedKey)`n", (New-Object Text.UTF8Encoding $false))
    # Administrators and the system, by their numbers: their names are in the language of the medium.
    $null = icacls.exe $keys /inheritance:r /grant:r '*S-1-5-32-544:F' '*S-1-5-18:F'
    $rule = @{ DisplayName = 'plugfest: ssh'; Direction = 'Inbound'; Protocol = 'TCP'; LocalPort = 22; Action = 'Allow'; Profile = 'Any' }
    $null = New-NetFirewallRule @rule
    $rule = @{ DisplayName = 'plugfest: ping'; Direction = 'Inbound'; Protocol = 'ICMPv4'; IcmpType = 8; Action = 'Allow'; Profile = 'Any' }
    $null = New-NetFirewallRule @rule

    # No updates, no sleep: neither may come into a measurement.
    Set-Policy 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU' 'NoAutoUpdate' 1
    Set-Service wuauserv -StartupType Disabled
    foreach ($timeout in 'standby-timeout-ac', 'hibernate-timeout-ac', 'monitor-timeout-ac', 'disk-timeout-ac') {
        powercfg.exe /change $timeout 0
    }
    powercfg.exe /hibernate off

    # Drivers of virtio, where the user gave them.
    $drivers = Get-PSDrive -PSProvider FileSystem | Where-Object { Test-Path (Join-Path $_.Root 'NetKVM') } | Select-Object -First 1
    if ($drivers) {
        $null = pnputil.exe /add-driver (Join-Path $drivers.Root 'NetKVM\*.inf') /subdirs /install
        $null = pnputil.exe /add-driver (Join-Path $drivers.Root 'viostor\*.inf') /subdirs /install
    }

    if ($given.link) {
        $adapter = Get-NetAdapter | Where-Object { $_.MacAddress -eq $given.link.mac } | Select-Object -First 1
        if (-not $adapter) { throw "no network card has the address $($given.link.mac)" }
        $index = $adapter.InterfaceIndex
        Set-NetIPInterface -InterfaceIndex $index -Dhcp Disabled
        $null = New-NetIPAddress -InterfaceIndex $index -IPAddress $given.link.address -PrefixLength $given.link.prefix
        Write-Done "$($given.link.address) on $($adapter.Name)"
    }

    Write-Done 'prepared; the host key, for hostKey in the topology:'
    # Windows' own, or the one of the package.
    $keygen = "$env:SystemRoot\System32\OpenSSH\ssh-keygen.exe", "$env:ProgramFiles\OpenSSH\ssh-keygen.exe"
    $keygen = $keygen | Where-Object { Test-Path $_ } | Select-Object -First 1
    Write-Done (& $keygen -lf 'C:\ProgramData\ssh\ssh_host_ed25519_key.pub')
} catch {
    Write-Done "not prepared: $($_.Exception.Message)"
    exit 1
}
