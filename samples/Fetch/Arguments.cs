using System.Globalization;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace Fetch;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage =
        "usage: Fetch URL [-X METHOD] [-d DATA] [-H HEADER]... [-x PROXY] [-k] [-L] [-i] [-o FILE] [-v] " +
        "[--repeat N --concurrency C]";

    public string Url { get; private set; } = "";

    public string? Method { get; private set; }

    public string? Data { get; private set; }

    public HttpHeaders Headers { get; private set; } = HttpHeaders.Empty;

    public HttpProxy? Proxy { get; private set; }

    public bool IsInsecure { get; private set; }

    public bool FollowsRedirects { get; private set; }

    public bool ShowsHead { get; private set; }

    public string? File { get; private set; }

    public bool IsVerbose { get; private set; }

    public int? Repeat { get; private set; }

    public int Concurrency { get; private set; } = 1;

    /// <summary>Reads it; null, and what is wrong, where it cannot be read.</summary>
    public static Arguments? Parse(string[] args, out string? fault)
    {
        var parsed = new Arguments();
        try
        {
            var rest = new Queue<string>(args);
            while (rest.TryDequeue(out var arg))
                parsed.Take(arg, rest);
            fault = parsed.Url.Length == 0 ? "There is no URL." : null;
            return fault is null ? parsed : null;
        }
        catch (ArgumentException wrong)
        {
            fault = wrong.Message;
            return null;
        }
    }

    /// <summary>The request.</summary>
    public HttpRequest Request()
    {
        var url = Url.Contains("://", StringComparison.Ordinal) ? Url : "http://" + Url;
        var body = Data is null ? null : HttpBody.From(Data);
        var request = HttpRequest.To(Method ?? (Data is null ? HttpMethods.Get : HttpMethods.Post), url, body)
            .WithHeaders(Headers);
        return Data is null || Headers.Contains("Content-Type")
            ? request
            : request.WithHeader("Content-Type", "application/x-www-form-urlencoded");
    }

    /// <summary>How the client is to be.</summary>
    public HttpClientSettings Settings()
    {
        var tls = TlsClientSettings.Default with { TrustEveryoneInsecurely = IsInsecure };
        return HttpClientSettings.Default with
        {
            Pool = HttpPoolSettings.Default with
            {
                Tcp = TcpClientSettings.Default with { Tls = tls },
                MaxConnections = Math.Max(1, Concurrency),
            },
            Options = RequestOptions.None with { FollowRedirects = FollowsRedirects, Proxy = Proxy },
            Proxy = HttpProxy.FromEnvironment(),
        };
    }

    private void Take(string arg, Queue<string> rest)
    {
        switch (arg)
        {
            case "-X":
                Method = Value(arg, rest);
                break;
            case "-d":
                Data = Value(arg, rest);
                break;
            case "-H":
                var (name, value) = Value(arg, rest).Split(':', 2) is [var left, var right]
                    ? (left, right.Trim())
                    : throw new ArgumentException("A header is NAME: VALUE.");
                Headers = Headers.Add(name, value);
                break;
            case "-x":
                Proxy = HttpProxy.Of(Value(arg, rest));
                break;
            case "-k":
                IsInsecure = true;
                break;
            case "-L":
                FollowsRedirects = true;
                break;
            case "-i":
                ShowsHead = true;
                break;
            case "-o":
                File = Value(arg, rest);
                break;
            case "-v":
                IsVerbose = true;
                break;
            case "--repeat":
                Repeat = Number(arg, rest);
                break;
            case "--concurrency":
                Concurrency = Number(arg, rest);
                break;
            case ['-', ..]:
                throw new ArgumentException($"The option {arg} is not known.");
            default:
                Url = Url.Length == 0 ? arg : throw new ArgumentException("There is more than one URL.");
                break;
        }
    }

    private static string Value(string arg, Queue<string> rest) =>
        rest.TryDequeue(out var value) ? value : throw new ArgumentException($"The option {arg} needs a value.");

    private static int Number(string arg, Queue<string> rest) =>
        int.TryParse(Value(arg, rest), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"The option {arg} needs a number above 0.");
}
