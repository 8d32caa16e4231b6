using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>
/// Large elements of a body whose length is known are sent from where they lie: their maker, who uses one buffer for
/// all of them, must not get it back before they were sent, and must get it back whatever becomes of the connection.
/// </summary>
public class LentBodyTests
{
    private static readonly int[] Sizes =
        [100_000, 1, 16 * 1024, (16 * 1024) - 1, 300_000, 65_536, 0, 70_000, 5, 5, 64 * 1024, 1_000_000, 20_000];

    private static readonly long Total = 8 * Sizes.Sum(x => (long)x);

    private protected virtual TcpTransport Transport => TcpTransport.Sockets;

    private protected virtual TlsServerSettings? Tls => null;

    [Fact]
    public async Task An_answer_made_in_one_buffer_arrives_as_it_was()
    {
        await using var host = await StartAsync(_ =>
            new(HttpResponse.Of(HttpBody.From(OneBufferAsync(new TaskCompletionSource()), Total))));
        await using var client = Client(host);
        using var response = await client.GetAsync(UrlOf(host)).Within("an answer");
        Assert.Equal(Expected(), await HashAsync(response.Body).Within("all of the body"));
    }

    [Fact]
    public async Task A_request_made_in_one_buffer_arrives_as_it_was()
    {
        await using var host = await StartAsync(async request =>
            HttpResponse.Text(await HashAsync(request.Body)));
        await using var client = Client(host);
        using var response = await client
            .PostAsync(UrlOf(host), HttpBody.From(OneBufferAsync(new TaskCompletionSource()), Total))
            .Within("an answer");
        Assert.Equal(Expected(), await response.ReadTextAsync().Within("its body"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_maker_of_an_answer_ends_when_its_reader_does(bool hasRead)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(_ =>
            new(HttpResponse.Of(HttpBody.From(OneBufferAsync(ended, 1L << 40), 1L << 40))));
        await using var client = Client(host);
        using (var response = await client.GetAsync(UrlOf(host)).Within("an answer"))
        {
            if (hasRead)
            {
                await using var elements = response.Body.ReadElementsAsync().GetAsyncEnumerator();
                for (var i = 0; i < 100; i++)
                    Assert.True(await elements.MoveNextAsync().AsTask().Within("some of the body"));
            }
        }

        await ended.Task.Within("the body's maker ended");
    }

    [Fact]
    public async Task The_maker_of_a_request_ends_when_it_is_answered_early()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(_ => new(HttpResponse.Of(HttpStatus.ContentTooLarge)));
        await using var client = Client(host);
        using var response = await client
            .PostAsync(UrlOf(host), HttpBody.From(OneBufferAsync(ended, 1L << 40), 1L << 40)).Within("an answer");
        Assert.Equal(HttpStatus.ContentTooLarge, response.Status);
        await ended.Task.Within("the body's maker ended");
    }

    [Fact]
    public async Task The_maker_of_a_request_ends_when_it_is_cancelled()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(async request =>
        {
            // Takes nothing of the body, so that the client's buffers fill up.
            var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = request.Aborted.Register(aborted.SetResult);
            asked.SetResult();
            await aborted.Task;
            return HttpResponse.Text("");
        });
        await using var client = Client(host);
        using var cancel = new CancellationTokenSource();
        var answer = client.PostAsync(
            UrlOf(host), HttpBody.From(OneBufferAsync(ended, 1L << 40), 1L << 40), cancel.Token);
        await asked.Task.Within("the request came");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer.Within("the request was cancelled"));
        await ended.Task.Within("the body's maker ended");
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> OneBufferAsync(
        TaskCompletionSource ended, long? total = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        try
        {
            var buffer = new byte[Sizes.Max()];
            var left = total ?? Total;
            for (var i = 0; left > 0; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var size = (int)Math.Min(left, Sizes[i % Sizes.Length]);
                buffer.AsSpan().Fill((byte)i);
                yield return buffer.AsMemory(0, size);
                left -= size;
            }
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    private static string Expected()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < 8 * Sizes.Length; i++)
        {
            var element = new byte[Sizes[i % Sizes.Length]];
            element.AsSpan().Fill((byte)i);
            hash.AppendData(element);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static async Task<string> HashAsync(HttpBody body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var element in body.ReadElementsAsync())
            hash.AppendData(element.Span);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private AlephHttpClient Client(HttpHost host) => host.System.Http().CreateClient(
        HttpPoolSettings.Default with
        {
            Tcp = TcpClientSettings.Default with
            {
                Transport = Transport,
                Tls = TlsClientSettings.Default with { TrustEveryoneInsecurely = true },
            },
        });

    private string UrlOf(HttpHost host) => $"{(Tls is null ? "http" : "https")}://{host.EndPoint}/";

    private Task<HttpHost> StartAsync(HttpHandler handler)
    {
        var settings = HttpHost.Over(Transport);
        return HttpHost.StartAsync(
            handler, settings with { MaxBodySize = null, Tcp = settings.Tcp with { Tls = Tls } });
    }
}

public sealed class AkkaIoLentBodyTests : LentBodyTests
{
    private protected override TcpTransport Transport => TcpTransport.AkkaIo;
}

public sealed class TlsLentBodyTests : LentBodyTests
{
    private protected override TlsServerSettings? Tls { get; } =
        new() { Certificate = TlsCertificate.From(DevelopmentCertificate.Create()) };
}
