namespace Aleph.Actors.Http;

/// <summary>What pages of other origins may do (the Fetch standard's CORS protocol).</summary>
public sealed record CorsSettings
{
    /// <summary>The origins that may, as in <c>https://example.com</c>; <c>*</c> for all. Default none.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The methods they may use besides GET, HEAD and POST. Default none.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>The fields they may set besides those that are always safe. Default none.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The fields of answers that they may read besides those that are always safe. Default none.</summary>
    public IReadOnlyList<string> ExposedHeaders { get; init; } = [];

    /// <summary>Whether cookies and credentials go along; not together with <c>*</c>. Default false.</summary>
    public bool Credentials { get; init; }

    /// <summary>How long a browser may remember this; null for its own default. Default null.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (Credentials && Origins.Contains("*"))
            faults.Add("Credentials is true and Origins has *; name the origins that get credentials");
        if (MaxAge < TimeSpan.Zero)
            faults.Add($"MaxAge is {MaxAge}; it must be at least 0");
        faults.AddRange(Origins.Where(x => x != "*" && !IsOrigin(x))
            .Select(x => $"Origins has {x}; an origin is scheme://host[:port], in lower case, or *"));
        faults.AddRange(Methods.Concat(Headers).Concat(ExposedHeaders).Where(x => !FieldSyntax.IsToken(x))
            .Select(x => $"Methods, Headers or ExposedHeaders has {x}; each must be a token"));
        return faults;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == text;
}
