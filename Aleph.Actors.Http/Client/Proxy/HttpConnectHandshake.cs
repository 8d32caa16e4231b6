using System.Text;
using Aleph.Actors.Http.Client.Middleware;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>CONNECT to an HTTP proxy (RFC 9110 9.3.6).</summary>
internal sealed class HttpConnectHandshake(HttpProxy proxy, HttpOrigin origin, Http1Limits limits) : IProxyHandshake
{
    private readonly Http1ResponseReader _reader = new(limits);

    /// <summary>The proxy's credentials and fields, as they go with CONNECT and with forwarded requests.</summary>
    public static HttpHeaders FieldsOf(HttpProxy proxy) =>
        proxy.User is null || proxy.Headers.Contains("Proxy-Authorization")
            ? proxy.Headers
            : proxy.Headers.Add(
                "Proxy-Authorization", new BasicCredentials(proxy.User, proxy.Password ?? "").Field);

    public void Begin(OutputBuffer output)
    {
        var target = HttpUrl.Authority(origin.Host, origin.Port, false);
        Http1RequestWriter.WriteHead(
            output, HttpMethods.Connect, target, FieldsOf(proxy), new RequestPlan(BodyFraming.None, 0, true, false),
            Encoding.ASCII.GetBytes($"Host: {target}\r\n"), default);
        _reader.Expect(HttpMethods.Connect);
    }

    public bool Receive(ReadOnlySpan<byte> data, OutputBuffer output, out int consumed, out Exception? fault)
    {
        consumed = 0;
        fault = null;
        while (true)
        {
            var found = _reader.Read(data[consumed..], out var taken, out _);
            consumed += taken;
            switch (found)
            {
                case Http1Event.Head when _reader.Head.IsInterim:
                    continue;
                case Http1Event.Head when _reader.IsTunnel && _reader.Head.Status != 101:
                    return true;
                case Http1Event.Head:
                    fault = new HttpProxyException(
                        proxy, $"answered {_reader.Head.Status} to CONNECT.", _reader.Head.Status,
                            _reader.Head.Headers);
                    return false;
                case Http1Event.Error:
                    fault = new HttpProxyException(proxy, $"broke the protocol: {_reader.Error.Summary}");
                    return false;
                default:
                    return false;
            }
        }
    }
}
