using System.Text.Json.Serialization;

namespace Showcase;

/// <summary>What the page shows, twice a second.</summary>
internal sealed record Picture(
    double RequestsPerSecond, double BytesPerSecond, long Open, LatencyView Latency, LoadView Load,
    IReadOnlyList<ServerView> Servers);

/// <summary>Quantiles in milliseconds.</summary>
internal sealed record LatencyView(double? P50, double? P90, double? P99);

/// <summary>What the load on the second server has done so far.</summary>
internal sealed record LoadView(long Answered, long Failed, string? LastFailure);

/// <summary>One server: its listeners and connections.</summary>
internal sealed record ServerView(
    string Name, string Kind, string Address, string State, long Open, long Accepted, long Requests, long BytesReceived,
    long BytesSent, int Listeners, long ListenerRestarts, IReadOnlyList<ConnectionView> Connections);

/// <summary>One connection; one that has ended stays for a moment, with its reason.</summary>
internal sealed record ConnectionView(long Id, string Peer, string State, string Protocol, string? End);

/// <summary>The facts of one connection.</summary>
internal sealed record ConnectionFacts(
    string Server, long Id, string Peer, string Local, string Protocol, string State, string? Tls, double AgeSeconds,
    long BytesReceived, long BytesSent, long BytesBuffered, IReadOnlyList<string> Exchanges);

/// <summary>A file that was uploaded.</summary>
internal sealed record UploadView(string Name, long Length, string Sha256, string Url);

[JsonSerializable(typeof(Picture))]
[JsonSerializable(typeof(ConnectionFacts))]
[JsonSerializable(typeof(UploadView))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class PictureJson : JsonSerializerContext;
