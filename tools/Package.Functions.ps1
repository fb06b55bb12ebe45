# The steps of Package.ps1 that can be tested on their own.

# The notes of a version: its section of the changelog, or Unreleased for a version that is not out yet.
function Get-ReleaseNote([string] $Path, [string] $Version) {
    $text = (Get-Content -Raw -LiteralPath $Path) -replace '\r\n', "`n"
    foreach ($title in $Version, 'Unreleased') {
        $section = [regex]::Match($text, "(?ms)^## \[?$([regex]::Escape($title))\]?(?![\w.]).*?\n(?<notes>.*?)(?=^## |\z)")
        if ($section.Success -and $section.Groups['notes'].Value.Trim()) { return $section.Groups['notes'].Value.Trim() }
    }

    throw "$Path has no notes for version $Version. Add a section '## $Version'."
}

# The manifest with the notes and, if there are any, the addresses of the project and its icon.
function Add-GalleryData([string] $Manifest, [string] $Note, [string] $ProjectUri, [string] $IconUri) {
    $lines = foreach ($entry in @{ ProjectUri = $ProjectUri }, @{ IconUri = $IconUri }, @{ ReleaseNotes = $Note }) {
        foreach ($key in $entry.Keys) {
            if ($entry[$key]) { '            {0,-12} = ''{1}''' -f $key, [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($entry[$key]) }
        }
    }
    $place = [regex]'(?m)^ +#[^\n]*\n +ReleaseNotes +=.*$'
    if ($place.Matches($Manifest).Count -ne 1) { throw 'The manifest has no line ReleaseNotes under its comment.' }
    $place.Replace($Manifest, [System.Text.RegularExpressions.MatchEvaluator] { $lines -join "`n" })
}

# A nupkg of the same parts in a fixed order, with a fixed time, and without what is different at each packing: a random name, the packer's version and system.
function Write-StablePackage([string] $From, [string] $To) {
    function Get-Hash([byte[]] $Bytes) { [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($Bytes)) }

    $parts = @{}
    $zip = [System.IO.Compression.ZipFile]::OpenRead($From)
    try {
        foreach ($entry in $zip.Entries) {
            $bytes = [System.IO.MemoryStream]::new()
            $stream = $entry.Open()
            try { $stream.CopyTo($bytes) } finally { $stream.Dispose() }
            $parts[$entry.FullName] = $bytes.ToArray()
        }
    }
    finally { $zip.Dispose() }

    $utf8 = [System.Text.UTF8Encoding]::new($false)
    $properties = @($parts.Keys -like '*.psmdcp')[0]
    $content = $utf8.GetBytes(($utf8.GetString($parts[$properties]) -replace '<lastModifiedBy>[^<]*</lastModifiedBy>', ''))
    $renamed = "package/services/metadata/core-properties/$((Get-Hash $content).Substring(0, 32).ToLowerInvariant()).psmdcp"
    $parts.Remove($properties)
    $parts[$renamed] = $content

    $relations = [xml]$utf8.GetString($parts['_rels/.rels']).Replace($properties, $renamed).TrimStart([char]0xFEFF)
    foreach ($relation in $relations.Relationships.Relationship) { $relation.Id = "R$((Get-Hash $utf8.GetBytes($relation.Target)).Substring(0, 16))" }
    $parts['_rels/.rels'] = $utf8.GetBytes($relations.OuterXml)

    $types = [xml]$utf8.GetString($parts['[Content_Types].xml']).TrimStart([char]0xFEFF)
    $sorted = @($types.Types.ChildNodes | Sort-Object { $_.OuterXml } -Culture '')
    foreach ($node in $sorted) { $null = $types.DocumentElement.AppendChild($node) }
    $parts['[Content_Types].xml'] = $utf8.GetBytes($types.OuterXml)

    $names = [string[]]$parts.Keys
    [Array]::Sort($names, [System.StringComparer]::Ordinal)
    $file = [System.IO.File]::Create($To)
    $written = [System.IO.Compression.ZipArchive]::new($file, 'Create')
    try {
        foreach ($name in $names) {
            $entry = $written.CreateEntry($name, 'SmallestSize')
            $entry.LastWriteTime = [DateTimeOffset]::new(2000, 1, 1, 0, 0, 0, [TimeSpan]::Zero)
            $entry.ExternalAttributes = 0
            $stream = $entry.Open()
            try { $stream.Write($parts[$name]) } finally { $stream.Dispose() }
        }
    }
    finally {
        $written.Dispose()
        $file.Dispose()
    }
}
