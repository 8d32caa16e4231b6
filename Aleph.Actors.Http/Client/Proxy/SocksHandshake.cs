using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>SOCKS 5 (RFC 1928, RFC 1929): greeting, password where the proxy asks for it, connect by name.</summary>
internal sealed class Socks5Handshake(HttpProxy proxy, HttpOrigin origin) : IProxyHandshake
{
    private const byte NoPassword = 0;
    private const byte WithPassword = 2;

    private State _state;

    private enum State
    {
        Greeted,
        Identified,
        Asked,
    }

    public void Begin(OutputBuffer output) =>
        output.Write(proxy.User is null ? [5, 1, NoPassword] : [5, 2, NoPassword, WithPassword]);

    public bool Receive(ReadOnlySpan<byte> data, OutputBuffer output, out int consumed, out Exception? fault)
    {
        consumed = 0;
        fault = null;
        while (fault is null)
        {
            var rest = data[consumed..];
            if (rest.Length < 2)
                return false;
            switch (_state)
            {
                case State.Greeted:
                    consumed += 2;
                    fault = Greeted(rest, output);
                    break;
                case State.Identified:
                    consumed += 2;
                    fault = rest[1] == 0 ? null : Refused("refused the name and password.");
                    Ask(output);
                    break;
                default:
                    var length = LengthOf(rest);
                    if (rest[0] != 5 || rest[1] != 0)
                        fault = Refused($"answered {rest[1]} of SOCKS 5.");
                    else if (length == 0 || rest.Length < length)
                        return false;
                    else
                        consumed += length;
                    return fault is null;
            }
        }

        return false;
    }

    private HttpProxyException? Greeted(ReadOnlySpan<byte> answer, OutputBuffer output)
    {
        if (answer[0] != 5)
            return Refused("does not speak SOCKS 5.");
        switch (answer[1])
        {
            case NoPassword:
                Ask(output);
                return null;
            case WithPassword when proxy.User is { } user:
                Identify(output, Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(proxy.Password ?? ""));
                return null;
            default:
                return Refused("wants another way to identify.");
        }
    }

    private void Identify(OutputBuffer output, byte[] user, byte[] password)
    {
        output.Write([1, (byte)Math.Min(user.Length, 255), .. user.AsSpan(0, Math.Min(user.Length, 255))]);
        output.Write([(byte)Math.Min(password.Length, 255), .. password.AsSpan(0, Math.Min(password.Length, 255))]);
        _state = State.Identified;
    }

    private void Ask(OutputBuffer output)
    {
        output.Write([5, 1, 0]);
        if (IPAddress.TryParse(origin.Host, out var address))
        {
            var octets = address.GetAddressBytes();
            output.Write([octets.Length == 4 ? (byte)1 : (byte)4]);
            output.Write(octets);
        }
        else
        {
            output.Write([3, (byte)origin.Host.Length]);
            output.Write(Encoding.ASCII.GetBytes(origin.Host));
        }

        SocksPort.Write(output, origin.Port);
        _state = State.Asked;
    }

    private static int LengthOf(ReadOnlySpan<byte> answer) => answer.Length < 5
        ? 0
        : 6 + answer[3] switch { 1 => 4, 4 => 16, _ => 1 + answer[4] };

    private HttpProxyException Refused(string how) => new(proxy, how);
}

/// <summary>SOCKS 4 and 4a: connect by address, or by name.</summary>
internal sealed class Socks4Handshake(HttpProxy proxy, HttpOrigin origin, IPAddress? address) : IProxyHandshake
{
    private const int AnswerLength = 8;

    public void Begin(OutputBuffer output)
    {
        output.Write([4, 1]);
        SocksPort.Write(output, origin.Port);
        output.Write(address?.GetAddressBytes() ?? [0, 0, 0, 1]);
        output.Write([.. Encoding.UTF8.GetBytes(proxy.User ?? ""), 0]);
        if (address is null)
            output.Write([.. Encoding.ASCII.GetBytes(origin.Host), 0]);
    }

    public bool Receive(ReadOnlySpan<byte> data, OutputBuffer output, out int consumed, out Exception? fault)
    {
        consumed = 0;
        fault = null;
        if (data.Length < AnswerLength)
            return false;
        consumed = AnswerLength;
        if (data[0] != 0 || data[1] != 90)
            fault = new HttpProxyException(proxy, $"answered {data[1]} of SOCKS 4.");
        return fault is null;
    }
}

/// <summary>A port as SOCKS writes it.</summary>
internal static class SocksPort
{
    public static void Write(OutputBuffer output, int port)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)port);
        output.Write(bytes);
    }
}
