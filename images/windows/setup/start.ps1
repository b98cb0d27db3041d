# Runs at each start of a virtual machine of plugfest's, before anybody comes in: gives it what is its own, from the CD that
# plugfest made for it. sshd is started last: whoever gets in finds all of it done. What it says goes to the serial port.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
. 'C:\plugfest\settle.ps1'

# Drives and network cards are there a moment after Windows.
function Wait-For {
    param([scriptblock] $Find)
    for ($count = 0; $count -lt 120; $count++) {
        $found = & $Find
        if ($found) { return $found }
        Start-Sleep -Milliseconds 500
    }
}

try {
    # Windows' setup goes on in the first start of a sealed one.
    while ((Get-ItemProperty 'HKLM:\SYSTEM\Setup').SystemSetupInProgress -eq 1) { Start-Sleep -Seconds 1 }

    $seed = Wait-For { Get-PSDrive -PSProvider FileSystem | ForEach-Object { Join-Path $_.Root 'seed.json' } | Where-Object { Test-Path $_ } | Select-Object -First 1 }
    # A machine that somebody started by other means.
    if (-not $seed) { exit 0 }
    $given = Get-Content -Raw -Path $seed | ConvertFrom-Json

    # Once: a name takes another start.
    if (-not (Test-Path 'C:\plugfest\named')) {
        $null = New-Item -ItemType File -Path 'C:\plugfest\named'
        if ($env:COMPUTERNAME -ne $given.name) {
            Write-Serial "its name is to be $($given.name)"
            Rename-Computer -NewName $given.name -Force
            Restart-Computer -Force
            exit 0
        }
    }

    foreach ($link in $given.links) {
        $mac = $link.mac.Replace(':', '-')
        $adapter = Wait-For { Get-NetAdapter | Where-Object { $_.MacAddress -eq $mac } | Select-Object -First 1 }
        if (-not $adapter) { throw "no network card has the address $mac" }
        $index = $adapter.InterfaceIndex
        Set-NetIPInterface -InterfaceIndex $index -Dhcp Disabled
        Get-NetIPAddress -InterfaceIndex $index -AddressFamily IPv4 -ErrorAction SilentlyContinue | Remove-NetIPAddress -Confirm:$false
        $null = New-NetIPAddress -InterfaceIndex $index -IPAddress $link.address -PrefixLength $link.prefix
        if ($link.mtu) { Set-NetIPInterface -InterfaceIndex $index -NlMtuBytes $link.mtu }
        Write-Serial "$($link.address) on $($adapter.Name)"
    }

    $ssh = 'C:\ProgramData\ssh'
    $null = New-Item -ItemType Directory -Force -Path $ssh
    Set-Secret "$ssh\administrators_authorized_keys" $given.authorizedKey
    # It has no other: the one that it shows is the one that plugfest looks for.
    Remove-Item -Path "$ssh\ssh_host_*" -ErrorAction SilentlyContinue
    Set-Secret "$ssh\ssh_host_ed25519_key" $given.hostKey
    Restart-Service sshd
    if (-not (Wait-For { Get-NetTCPConnection -LocalPort 22 -State Listen -ErrorAction SilentlyContinue })) { throw 'sshd does not listen' }
    Write-Serial 'ready'
} catch {
    Write-Serial "cannot go on: $($_.Exception.Message)"
    Stop-Computer -Force
}
