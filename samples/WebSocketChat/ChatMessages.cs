using Aleph.Actors.Http;

namespace WebSocketChat;

/// <summary>To the chat, which passes it on to the room: make a member. Answer: its actor.</summary>
internal sealed record Join(string Room, string Name);

/// <summary>A member to its room: my WebSocket is open.</summary>
internal sealed record Entered(string Name, WebSocketConnection Socket);

/// <summary>A member to its room: tell all.</summary>
internal sealed record Said(string Name, string Text);

/// <summary>A room to the chat: a member has gone.</summary>
internal sealed record Left(string Room);
