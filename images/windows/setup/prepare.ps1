# Runs once, at the end of Windows' setup: makes of this Windows a host that plugfest can use, or, where the CD says so, what
# its virtual machines start from. What it does is in C:\plugfest\prepared.txt; the last lines of a host's have the
# fingerprint of its host key. What is sealed says so on the serial port, and "plugfest: sealing" last.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$cd = Split-Path -Parent $MyInvocation.MyCommand.Path
$folder = 'C:\plugfest'
$given = Get-Content -Raw -Path (Join-Path $cd 'plugfest.json') | ConvertFrom-Json
. (Join-Path $cd 'settle.ps1')

function Write-Done {
    param([string] $Text)
    Add-Content -Path "$folder\prepared.txt" -Value $Text
    Write-Output $Text
    if ($given.seal) { Write-Serial $Text }
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

# Who comes in, at which address: what a host has, and a sealed one gets at its start.
function Set-Host {
    Set-Service sshd -StartupType Automatic
    Start-Service sshd
    Set-Secret 'C:\ProgramData\ssh\administrators_authorized_keys' "$($given.authorizedKey)`n"
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
}

# Switches itself off; its next start is the first one of any machine that is made of it.
function Complete-Image {
    Set-Service sshd -StartupType Manual
    Stop-Service sshd
    Copy-Item -Path (Join-Path $cd 'start.ps1'), (Join-Path $cd 'settle.ps1'), (Join-Path $cd 'sealed.xml') -Destination $folder
    Register-Start
    $system = Get-CimInstance Win32_OperatingSystem
    Write-Done "is $($system.Caption) $($system.Version)"
    Write-Done 'sealing'
    $arguments = '/generalize', '/oobe', '/shutdown', '/quiet', "/unattend:$folder\sealed.xml"
    $sysprep = Start-Process "$env:SystemRoot\System32\Sysprep\sysprep.exe" -ArgumentList $arguments -Wait -PassThru
    if ($sysprep.ExitCode -ne 0) {
        $why = (Get-Content "$env:SystemRoot\System32\Sysprep\Panther\setuperr.log" -Tail 3 -ErrorAction SilentlyContinue) -join ' '
        throw "sysprep ended with $($sysprep.ExitCode): $why"
    }
}

try {
    $null = New-Item -ItemType Directory -Force -Path $folder
    Write-Done 'preparing'
    # Before updates are off: the feature comes from Windows Update where no package is on the CD.
    Install-Sshd
    Open-Firewall
    Stop-Disturbance

    # Drivers of virtio, where the user gave them: those that setup had, and none of older systems, whose signatures Windows asks about.
    foreach ($of in $given.drivers) {
        $found = Get-PSDrive -PSProvider FileSystem | ForEach-Object { Join-Path $_.Root $of } | Where-Object { Test-Path $_ } | Select-Object -First 1
        if ($found) { $null = pnputil.exe /add-driver "$found\*.inf" /install }
    }

    if ($given.seal) { Complete-Image } else { Set-Host }
} catch {
    Write-Done "not prepared: $($_.Exception.Message)"
    if ($given.seal) { Stop-Computer -Force }
    exit 1
}
