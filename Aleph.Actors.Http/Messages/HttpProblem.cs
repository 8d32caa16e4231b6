using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aleph.Actors.Http;

/// <summary>What went wrong, told to a program (RFC 9457). What is null is not sent.</summary>
/// <param name="Status">The status, which the answer has, too.</param>
public sealed record HttpProblem(HttpStatus Status)
{
    /// <summary>The media type of a problem in JSON.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>A URI that names the kind of problem; null means <c>about:blank</c>: no more than the status.</summary>
    public string? Type { get; init; }

    /// <summary>The kind of problem, in a few words. Default the status's own.</summary>
    public string? Title { get; init; } = Status.ReasonPhrase is { Length: > 0 } phrase ? phrase : null;

    /// <summary>What happened this time, for a human.</summary>
    public string? Detail { get; init; }

    /// <summary>A URI that names this occurrence.</summary>
    public string? Instance { get; init; }

    /// <summary>Further members of the object. Names of the members above are not allowed.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Extensions { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>The problem as an answer.</summary>
    /// <exception cref="InvalidOperationException">An extension has the name of a standard member.</exception>
    public HttpResponse ToResponse() =>
        new(Status, HttpHeaders.Of(("Content-Type", MediaType)), HttpBody.From(ToUtf8Json()));

    private byte[] ToUtf8Json()
    {
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        Write(json, "type", Type);
        Write(json, "title", Title);
        json.WriteNumber("status", Status.Code);
        Write(json, "detail", Detail);
        Write(json, "instance", Instance);
        foreach (var (name, value) in Extensions)
        {
            if (name is "type" or "title" or "status" or "detail" or "instance")
                throw new InvalidOperationException($"The extension {name} has the name of a standard member.");
            json.WritePropertyName(name);
            if (value is null)
                json.WriteNullValue();
            else
                value.WriteTo(json);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
