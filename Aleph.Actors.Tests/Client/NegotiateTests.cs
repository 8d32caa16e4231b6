using Aleph.Actors.Http;
using Aleph.Actors.Http.Client.Middleware;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Credentials that authenticate a connection (RFC 4559), by a mechanism that the test plays.</summary>
[Trait("rfc", "4559")]
public sealed class NegotiateTests : ClientHarness
{
    [Theory]
    [InlineData("Negotiate"), InlineData("NTLM")]
    public async Task All_tokens_go_over_one_connection(string scheme)
    {
        var scripted = Scripted();
        var answer = Send(scripted, scheme, "one", "two");
        var pooled = await scripted.Peers.NextAsync();
        var first = await pooled.AnswerAsync($"HTTP/1.1 401 x|WWW-Authenticate: {scheme}|Content-Length: 2||no");
        Assert.DoesNotContain("Authorization", first, StringComparison.Ordinal);
        var bound = await scripted.Peers.NextAsync();
        Assert.Contains(
            $"Authorization: {scheme} one\r\n",
            await bound.AnswerAsync($"HTTP/1.1 401 x|WWW-Authenticate: {scheme} challenge|Content-Length: 2||no"),
            StringComparison.Ordinal);
        Assert.Contains(
            $"Authorization: {scheme} two:challenge\r\n",
            await bound.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 5||hello"), StringComparison.Ordinal);
        using var response = await answer.Within("the answer");
        Assert.Equal("hello", await response.Body.ReadTextAsync().Within("the body"));
        Assert.Equal("x", await bound.ReadToEndAsync());
        Assert.Equal(2, scripted.Peers.Attempts);
    }

    [Fact]
    public async Task A_refused_token_is_the_answer()
    {
        var scripted = Scripted();
        var answer = Send(scripted, "Negotiate", "one");
        await (await scripted.Peers.NextAsync()).AnswerAsync(
            "HTTP/1.1 401 x|WWW-Authenticate: Basic realm=x|WWW-Authenticate: negotiate|Content-Length: 0||");
        var bound = await scripted.Peers.NextAsync();
        await bound.AnswerAsync("HTTP/1.1 401 x|WWW-Authenticate: Negotiate|Content-Length: 4||nope");
        using var response = await answer.Within("the answer");
        Assert.Equal((401, "nope"), (response.Status.Code, await response.Body.ReadTextAsync()));
        Assert.Equal("x", await bound.ReadToEndAsync());
    }

    [Theory]
    [InlineData("Basic realm=x"), InlineData("NegotiateX")]
    public async Task A_challenge_of_another_scheme_is_the_answer(string challenge)
    {
        var scripted = Scripted();
        var answer = Send(scripted, "Negotiate", "one");
        await (await scripted.Peers.NextAsync()).AnswerAsync(
            $"HTTP/1.1 401 x|WWW-Authenticate: {challenge}|Content-Length: 0||");
        using var response = await answer.Within("the answer");
        Assert.Equal((401, 1), (response.Status.Code, scripted.Peers.Attempts));
    }

    [Fact]
    public void Shows_no_password() => Assert.DoesNotContain(
        "secret", HttpCredentials.Negotiate(new("user", "secret")).ToString(), StringComparison.Ordinal);

    private static Task<HttpResponse> Send(ScriptedClient scripted, string scheme, params string[] tokens) =>
        scripted.Client.SendAsync(HttpRequest.Post(ScriptedClient.Url, HttpBody.From("x")).WithOptions(
            new RequestOptions
            {
                Credentials = new NegotiateCredentials(scheme, null, null)
                {
                    Begin = (_, _) => new FakeNegotiation(tokens),
                },
            }));
}
