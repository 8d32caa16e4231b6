using System.Text.Json;
using Akka.Actor;
using Aleph.Actors.Http;

namespace WebSocketChat;

/// <summary>
/// One WebSocket in one room: each text that comes is something said. Ends with the WebSocket, or when none opens.
/// </summary>
internal sealed class MemberActor(string room, string name) : UntypedActor
{
    private const int LongestText = 1000;

    protected override void PreStart() => SetReceiveTimeout(TimeSpan.FromSeconds(10));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WebSocketProtocol.Connected connected:
                SetReceiveTimeout(null);
                connected.Connection.Tell(new WebSocketProtocol.SendText(
                    JsonSerializer.Serialize(new { type = "welcome", room, name })));
                Context.Parent.Tell(new Entered(name, connected.Socket!));
                break;
            case WebSocketProtocol.TextReceived { Text: { Length: <= LongestText } text } when text.Trim().Length > 0:
                Context.Parent.Tell(new Said(name, text.Trim()));
                break;
            case WebSocketProtocol.Closed or ReceiveTimeout:
                Context.Stop(Self);
                break;
        }
    }
}
