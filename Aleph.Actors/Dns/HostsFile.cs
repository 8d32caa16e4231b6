using System.Net;

namespace Aleph.Actors.Dns;

/// <summary>What a hosts file says: an address and its names on each line, <c>#</c> before remarks.</summary>
internal sealed class HostsFile
{
    private readonly Dictionary<string, List<IPAddress>> _addresses = [];

    private HostsFile()
    {
    }

    public static string SystemPath => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "hosts")
        : "/etc/hosts";

    /// <summary>Reads what it can; lines that say nothing are passed over.</summary>
    public static HostsFile Parse(string text)
    {
        var file = new HostsFile();
        foreach (var line in text.AsSpan().EnumerateLines())
            file.Add(line);
        return file;
    }

    /// <summary>The addresses of a name, none when it is not there.</summary>
    public IReadOnlyList<IPAddress> Find(string bareName) =>
        _addresses.TryGetValue(bareName, out var found) ? found : [];

    private void Add(ReadOnlySpan<char> line)
    {
        var remark = line.IndexOf('#');
        var words = (remark < 0 ? line : line[..remark]).ToString()
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || HostName.Parse(words[0]).Address is not { } address)
            return;
        foreach (var word in words.Skip(1))
        {
            if (HostName.Parse(word) is not { Fault: null, Address: null } name)
                continue;
            if (!_addresses.TryGetValue(name.BareName, out var list))
                _addresses[name.BareName] = list = [];
            list.Add(address);
        }
    }
}
