using System.Globalization;
using System.Net;
using System.Text;

namespace UdpDiscovery;

/// <summary>What members of the group tell each other: one line of text a datagram.</summary>
/// <param name="Name">Of the service.</param>
/// <param name="Port">Where it is.</param>
internal sealed record Notice(string Name, int Port)
{
    private const string Here = "HERE";

    /// <summary>Where everybody listens; on the loopback interface, so that nothing leaves this machine.</summary>
    public static IPEndPoint Group { get; } = new(IPAddress.Parse("239.255.77.77"), 27077);

    /// <summary>Asks all services to say where they are.</summary>
    public static byte[] Find { get; } = "FIND"u8.ToArray();

    /// <summary>Whether that can be a name: a space would end it.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 100 && !text.Any(char.IsWhiteSpace);

    public byte[] ToBytes() => Encoding.UTF8.GetBytes($"{Here} {Name} {Port}");

    /// <summary>Null for what is no notice.</summary>
    public static Notice? Parse(ReadOnlySpan<byte> bytes) =>
        Encoding.UTF8.GetString(bytes).Split(' ') is [Here, { Length: > 0 } name, var port]
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Notice(name, number)
            : null;

    public override string ToString() => $"{Name} at 127.0.0.1:{Port}";
}
