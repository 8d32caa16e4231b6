using System.Text;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>A name and a password in clear.</summary>
internal sealed record BasicCredentials(string User, string Password) : HttpCredentials
{
    /// <summary>The value of the field, UTF-8 in base64 (RFC 7617 2).</summary>
    public string Field => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}";

    /// <summary>Never the password.</summary>
    public override string ToString() => $"Basic {User}";
}

/// <summary>A token.</summary>
internal sealed record BearerCredentials : HttpCredentials
{
    public BearerCredentials(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        if (token.Any(c => c is <= ' ' or >= (char)0x7f))
            throw new ArgumentException("The token holds something else than visible ASCII (RFC 6750 2.1).",
                nameof(token));
        Field = $"Bearer {token}";
    }

    public string Field { get; }

    /// <summary>Never the token.</summary>
    public override string ToString() => "Bearer";
}

/// <summary>A name and a password of which only a proof is sent.</summary>
internal sealed record DigestCredentials(string User, string Password) : HttpCredentials
{
    /// <summary>Never the password.</summary>
    public override string ToString() => $"Digest {User}";
}
