# The client of a Windows host: reads its C# part and a job from standard input, does the job, and tells in between what
# Windows shows of its SMB connections. Argument: a reader of standard input, behind this script's own line.
param([IO.TextReader] $Lines)

$source = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Lines.ReadLine()))
Add-Type -TypeDefinition $source -ReferencedAssemblies 'System', 'System.Core', 'System.Web.Extensions'

$logs = @(
    'Microsoft-Windows-SMBClient/Connectivity'
    'Microsoft-Windows-SMBClient/Operational'
    'Microsoft-Windows-SMBClient/Security'
    'Microsoft-Windows-SMBWitnessClient/Admin'
    'Microsoft-Windows-SMBWitnessClient/Informational'
)
# Of Windows' levels (critical, error, warning, information, verbose) in the numbers of syslog(3).
$levels = @{ 1 = 2; 2 = 3; 3 = 4; 4 = 6; 5 = 7 }
$connectionFields = 'ServerName', 'ShareName', 'Dialect', 'NumOpens', 'ContinuouslyAvailable', 'Signed', 'Encrypted', 'Redirected'
$channelFields = 'ServerName', 'ClientIpAddress', 'ServerIpAddress', 'ClientInterfaceIndex', 'CurrentChannels', 'Failed', 'FailureCount', 'Selected'

function Get-Connection {
    param([string] $Address, [string] $Share)
    Get-SmbConnection -ServerName $Address -ErrorAction SilentlyContinue | Where-Object ShareName -EQ $Share
}

function Get-State {
    param([string] $Address, [string] $Share)
    $connections = @(Get-Connection $Address $Share | Select-Object -Property $connectionFields)
    $channels = @(Get-SmbMultichannelConnection -ServerName $Address -ErrorAction SilentlyContinue | Select-Object -Property $channelFields)
    [ordered] @{ connections = $connections; channels = $channels } | ConvertTo-Json -Compress -Depth 3
}

function Write-Log {
    param([DateTime] $Since)
    foreach ($log in $logs) {
        $filter = @{ LogName = $log; StartTime = $Since }
        $records = @(Get-WinEvent -FilterHashtable $filter -Oldest -ErrorAction SilentlyContinue)
        foreach ($record in $records) {
            $level = $levels[[int] $record.Level]
            if ($null -eq $level) { $level = 6 }
            $text = ('{0} {1}: {2}' -f $log, $record.Id, $record.Message) -replace '\s+', ' '
            [Plugfest.Client]::Say([Plugfest.Time]::Of($record.TimeCreated.ToUniversalTime()), $level, $text)
        }
    }
}

$began = Get-Date
$client = [Plugfest.Client]::Start($Lines)
if ($null -eq $client) { exit 1 }
$address = $client.Job.Address
$share = $client.Job.Share
$onShare = $null -ne $share

$dialect = 'unknown'
$signing = 'unknown'
if ($onShare) {
    $connection = Get-Connection $address $share | Select-Object -First 1
    if ($null -ne $connection) {
        $dialect = [string] $connection.Dialect
        if ($null -ne $connection.Signed) { $signing = if ($connection.Signed) { 'on' } else { 'none' } }
    }
}
$client.Go($dialect, $signing, ('Windows ' + [Environment]::OSVersion.Version))

$told = ''
while (-not $client.Wait(500)) {
    if (-not $onShare) { continue }
    $state = Get-State $address $share
    if ($state -ne $told) {
        $told = $state
        [Plugfest.Client]::Say([Plugfest.Time]::Now(), 6, "Get-SmbConnection $state")
    }
}
if ($onShare) { Write-Log $began }
$client.Finish()
exit $client.ExitCode
