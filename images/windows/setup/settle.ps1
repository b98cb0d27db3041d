# What plugfest's scripts have in common: what a Windows must have and must not do, to be a client.

# To the first serial port, where plugfest reads it of a virtual machine of its own.
function Write-Serial {
    param([string] $Text)
    $port = New-Object IO.Ports.SerialPort 'COM1', 115200
    $port.Open()
    $port.WriteLine("plugfest: $Text")
    $port.Close()
}

function Set-Policy {
    param([string] $Key, [string] $Name, [int] $Value)
    # One that is there would lose what it has.
    if (-not (Test-Path $Key)) { $null = New-Item -Path $Key -Force }
    Set-ItemProperty -Path $Key -Name $Name -Value $Value -Type DWord
}

# A file for administrators and the system alone, by their numbers: their names are in the language of the medium.
function Set-Secret {
    param([string] $Path, [string] $Content)
    [IO.File]::WriteAllText($Path, $Content, (New-Object Text.UTF8Encoding $false))
    $null = icacls.exe $Path /inheritance:r /grant:r '*S-1-5-32-544:F' '*S-1-5-18:F'
}

function Open-Firewall {
    $rule = @{ DisplayName = 'plugfest: ssh'; Direction = 'Inbound'; Protocol = 'TCP'; LocalPort = 22; Action = 'Allow'; Profile = 'Any' }
    $null = New-NetFirewallRule @rule
    $rule = @{ DisplayName = 'plugfest: ping'; Direction = 'Inbound'; Protocol = 'ICMPv4'; IcmpType = 8; Action = 'Allow'; Profile = 'Any' }
    $null = New-NetFirewallRule @rule
}

# No updates, no sleep: neither may come into a measurement.
function Stop-Disturbance {
    Set-Policy 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU' 'NoAutoUpdate' 1
    Set-Service wuauserv -StartupType Disabled
    foreach ($timeout in 'standby-timeout-ac', 'hibernate-timeout-ac', 'monitor-timeout-ac', 'disk-timeout-ac') {
        powercfg.exe /change $timeout 0
    }
    powercfg.exe /hibernate off
}

# C:\plugfest\start.ps1 is run at each start from now on.
function Register-Start {
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument '-NoProfile -ExecutionPolicy Bypass -File C:\plugfest\start.ps1'
    $trigger = New-ScheduledTaskTrigger -AtStartup
    $settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -ExecutionTimeLimit ([TimeSpan]::Zero)
    $null = Register-ScheduledTask -TaskName 'plugfest' -Action $action -Trigger $trigger -Settings $settings -User 'SYSTEM' -RunLevel Highest -Force
}
