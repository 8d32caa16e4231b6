using System.Net.Sockets;

namespace Aleph.Actors.Tcp;

/// <summary>What settings ask for that stock Akka.IO cannot do.</summary>
internal static class AkkaIoFaults
{
    private const string Instead = "with aleph.tcp.transport = akka-io; sockets can";

    public static void Add(TcpSettings settings, SettingsFaults faults)
    {
        if (settings.Transport is not TcpTransport.AkkaIo)
        {
            AddUnknown(settings.Transport, faults);
            return;
        }

        if (settings.Socket is not null)
            faults.Add("socket", "set", $"a bound socket cannot be handed in {Instead}");
        if (settings.EndPoint is UnixDomainSocketEndPoint path)
            faults.Add("host", $"unix:{path}", $"it must be an IP address {Instead} do Unix domain sockets");
        AddConnection(settings.Connection, faults);
    }

    public static void Add(TcpClientSettings settings, SettingsFaults faults)
    {
        if (settings.Transport is not TcpTransport.AkkaIo)
        {
            AddUnknown(settings.Transport, faults);
            return;
        }

        if (settings.LocalEndPoint is UnixDomainSocketEndPoint path)
            faults.Add("local-end-point", $"unix:{path}", $"it must be an IP address {Instead} do Unix domain sockets");
        AddConnection(settings.Connection, faults);
    }

    private static void AddConnection(ConnectionSettings? settings, SettingsFaults faults)
    {
        if (settings is { InlineCompletions: true })
            faults.AddRange([$"aleph.io.inline-completions is on; it must be off {Instead}"]);
    }

    private static void AddUnknown(TcpTransport transport, SettingsFaults faults)
    {
        if (!Enum.IsDefined(transport))
            faults.Add("transport", (int)transport, "it must be sockets or akka-io");
    }
}
