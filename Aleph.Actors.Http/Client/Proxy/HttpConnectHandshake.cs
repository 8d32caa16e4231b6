using System.Text;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>
/// CONNECT to an HTTP proxy (RFC 9110 9.3.6), again with credentials where it asks for them and keeps the connection.
/// </summary>
internal sealed class HttpConnectHandshake : IProxyHandshake
{
    // What a refusal has to say is read and thrown away before the next try.
    private const long MaxRefusal = 64 * 1024;

    private readonly HttpProxy _proxy;
    private readonly Http1ResponseReader _reader;
    private readonly string _target;
    private readonly ProxyLogin _login;
    private Func<string?>? _question;
    private HttpProxyException? _refusal;
    private long _refused;

    public HttpConnectHandshake(HttpProxy proxy, ClientContext context)
    {
        _proxy = proxy;
        _reader = new Http1ResponseReader(context.Limits);
        _target = HttpUrl.Authority(context.Origin.Host, context.Origin.Port, false);
        _login = new ProxyLogin(proxy, context, _target);
    }

    public Func<string?>? Question { get; private set; }

    public void Begin(OutputBuffer output) => Ask(_login.First(), output);

    public bool Receive(ReadOnlySpan<byte> data, OutputBuffer output, out int consumed, out Exception? fault)
    {
        consumed = 0;
        fault = null;
        while (Question is null)
        {
            var found = _reader.Read(data[consumed..], out var taken, out var content);
            consumed += taken;
            switch (found)
            {
                case Http1Event.Head when _reader.Head.IsInterim:
                    continue;
                case Http1Event.Head when _reader.IsTunnel && _reader.Head.Status != 101:
                    return true;
                case Http1Event.Head when MayAnswer(_reader.Head):
                case Http1Event.Data when (_refused += content.Length) <= MaxRefusal:
                    continue;
                case Http1Event.End:
                    Question = _question;
                    return false;
                case Http1Event.Head or Http1Event.Data:
                    fault = _refusal;
                    return false;
                case Http1Event.Error:
                    fault = new HttpProxyException(_proxy, $"broke the protocol: {_reader.Error.Summary}");
                    return false;
                default:
                    return false;
            }
        }

        return false;
    }

    public Exception? Answered(string? answer, OutputBuffer output)
    {
        Question = null;
        if (answer is null)
            return _refusal;
        Ask(_login.Fields(answer), output);
        return null;
    }

    public void Dispose() => _login.Dispose();

    private bool MayAnswer(ResponseHead head)
    {
        _refusal = new HttpProxyException(_proxy, $"answered {head.Status} to CONNECT.", head.Status, head.Headers);
        _refused = 0;
        _question = head.Status == 407 && head.KeepAlive ? _login.Answer(head.Headers) : null;
        return _question is not null;
    }

    private void Ask(HttpHeaders fields, OutputBuffer output)
    {
        Http1RequestWriter.WriteHead(
            output, HttpMethods.Connect, _target, fields, new RequestPlan(BodyFraming.None, 0, true, false),
            Encoding.ASCII.GetBytes($"Host: {_target}\r\n"), default);
        _reader.Expect(HttpMethods.Connect);
    }
}
