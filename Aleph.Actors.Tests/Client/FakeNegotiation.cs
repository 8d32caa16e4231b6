using Aleph.Actors.Http.Client.Middleware;

namespace Aleph.Actors.Tests.Client;

/// <summary>Answers with its tokens, one after the other, each with what it answers.</summary>
internal sealed class FakeNegotiation(string[] tokens) : INegotiation
{
    private int _next;

    public bool IsDisposed { get; private set; }

    public string? Answer(string? token) => _next == tokens.Length
        ? null
        : token is null ? tokens[_next++] : $"{tokens[_next++]}:{token}";

    public void Dispose() => IsDisposed = true;
}
