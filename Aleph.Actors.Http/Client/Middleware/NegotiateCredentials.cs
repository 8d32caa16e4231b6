using System.Net;
using System.Net.Security;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>One side of an exchange of tokens.</summary>
internal interface INegotiation : IDisposable
{
    /// <summary>The token that answers the server's, in base64; null where there is none, or it went wrong.</summary>
    string? Answer(string? token);
}

/// <summary>Who asks, by Kerberos or NTLM.</summary>
internal sealed record NegotiateCredentials(string Scheme, NetworkCredential? Account, string? TargetName)
    : HttpCredentials
{
    /// <summary>Begins an exchange of tokens with a host; a test has a mechanism of its own.</summary>
    public Func<NegotiateCredentials, Uri, INegotiation> Begin { get; init; } =
        static (credentials, url) => new SystemNegotiation(credentials, url);

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Scheme} {Account?.UserName}";

    /// <summary>By the mechanisms of the system.</summary>
    private sealed class SystemNegotiation(NegotiateCredentials credentials, Uri url) : INegotiation
    {
        private readonly NegotiateAuthentication _authentication = new(new NegotiateAuthenticationClientOptions
        {
            Package = credentials.Scheme,
            Credential = credentials.Account ?? CredentialCache.DefaultNetworkCredentials,
            TargetName = credentials.TargetName ?? $"HTTP/{url.IdnHost}",
        });

        public string? Answer(string? token)
        {
            var answer = _authentication.GetOutgoingBlob(token, out var status);
            return status is NegotiateAuthenticationStatusCode.Completed
                or NegotiateAuthenticationStatusCode.ContinueNeeded ? answer : null;
        }

        public void Dispose() => _authentication.Dispose();
    }
}
