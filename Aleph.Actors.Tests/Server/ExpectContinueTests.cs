using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>100-continue (RFC 9110 10.1.1).</summary>
public class ExpectContinueTests : ServerHarness
{
    private const string Post = "POST / HTTP/1.1\nHost: h\nContent-Length: 5\nExpect: 100-continue\n\n";
    private const string Continue = "HTTP/1.1 100 Continue\n\n";

    [Fact]
    public async Task Continue_is_sent_when_the_content_is_first_read()
    {
        var goOn = new TaskCompletionSource();
        var client = Serve(async request =>
        {
            await goOn.Task;
            return HttpResponse.Bytes(await request.Body.ReadBytesAsync());
        }).Connect();
        await client.SendAsync(Post);
        await client.SettleAsync();
        Assert.Equal(0, client.Sends);
        goOn.SetResult();
        await client.ExpectAsync(Continue);
        await client.SendAsync("hello");
        Assert.EndsWith("\n\nhello", await client.ReadAnswerAsync());
        await client.SendAsync(Post);
        await client.ExpectAsync(Continue);
    }

    [Theory]
    [InlineData(417)]
    [InlineData(200)]
    public async Task An_answer_without_reading_comes_without_Continue_and_closes(int status)
    {
        var client = Serve(_ => HttpResponse.Of(status)).Connect();
        await client.SendAsync(Post);
        await client.ExpectStatusAsync(status, closes: true);
    }

    [Fact]
    public async Task A_client_that_does_not_wait_gets_no_Continue_when_all_is_here()
    {
        var client = Serve(async request => HttpResponse.Bytes(await request.Body.ReadBytesAsync())).Connect();
        await client.SendAsync(Post + "hello" + "GET / HTTP/1.1\nHost: h\n\n");
        Assert.StartsWith("HTTP/1.1 200", await client.ReadAnswerAsync(), StringComparison.Ordinal);
        await client.ExpectStatusAsync(200);
    }

    [Fact]
    public async Task An_unknown_expectation_gives_417_and_closes()
    {
        var client = Serve(Answering("")).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 5\nExpect: 200-ok\n\nhello");
        await client.ExpectStatusAsync(417, closes: true);
    }

    [Fact]
    public async Task A_GET_that_expects_Continue_waits_for_the_answers_before_it()
    {
        var first = new TaskCompletionSource<HttpResponse>();
        var client = Serve(async request => request.Path == "/1"
            ? await first.Task
            : HttpResponse.Bytes(await request.Body.ReadBytesAsync())).Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\n" + Post.Replace("POST", "GET", StringComparison.Ordinal));
        await client.SettleAsync();
        Assert.Equal(0, client.Sends);
        first.SetResult(HttpResponse.Text("one"));
        Assert.EndsWith("one", await client.ReadAnswerAsync());
        await client.ExpectAsync(Continue);
        await client.SendAsync("hello");
        Assert.EndsWith("\n\nhello", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task Http_1_0_is_never_told_to_continue()
    {
        var client = Serve(async request => HttpResponse.Bytes(await request.Body.ReadBytesAsync())).Connect();
        await client.SendAsync("POST / HTTP/1.0\nContent-Length: 5\nExpect: 100-continue\n\n");
        await client.SettleAsync();
        await client.SendAsync("hello");
        Assert.StartsWith("HTTP/1.1 200", await client.ReadAnswerAsync(), StringComparison.Ordinal);
    }
}
