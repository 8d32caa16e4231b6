using System.Globalization;
using System.Text;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace HttpHandlers;

/// <summary>Handlers that are functions: at once, later, and by calling back.</summary>
internal static class Functions
{
    public static HttpResponse Greet(HttpRequest request) => HttpResponse.Text($"hello, {request.Path}\n");

    public static void CallBack(HttpRequest request, Action<HttpResponse> respond, Action<Exception> raise)
    {
        if (request.Path == "/boom")
            raise(new InvalidOperationException("boom"));
        else
            respond(Greet(request));
    }

    public static async ValueTask<HttpResponse> AnswerAsync(HttpRequest request) => request.Path switch
    {
        "/shout" => HttpResponse.Text((await request.Body.ReadTextAsync()).ToUpperInvariant()),
        "/echo" => HttpResponse.Of(request.Body),
        "/count" => Count(to: 10),
        "/raw" => HttpResponse.SwitchProtocols("echo", EchoAsync),
        _ => Greet(request),
    };

    /// <summary>A streamed body, one chunk a number, and the sum in a trailer.</summary>
    private static HttpResponse Count(int to)
    {
        var sum = 0;
        return HttpResponse.Of(HttpBody.From(Numbers()), contentType: "text/plain")
            .WithTrailers(() => HttpHeaders.Of(("Sum", sum.ToString(CultureInfo.InvariantCulture))));

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Numbers()
        {
            for (var number = 1; number <= to; number++)
            {
                sum += number;
                yield return Encoding.ASCII.GetBytes($"{number}\n");
                await Task.Yield();
            }
        }
    }

    /// <summary>The connection after an upgrade: bytes, both ways.</summary>
    private static async Task EchoAsync(DuplexConnection connection) =>
        await connection.Input.CopyToAsync(connection.Output);
}
