using Akka.Actor;

namespace LineChat;

/// <summary>A session to the chat: I want this name.</summary>
internal sealed record Rename(string Name);

/// <summary>The answer: the name is yours.</summary>
internal sealed record Renamed(string Name);

/// <summary>The answer: somebody else has it.</summary>
internal sealed record NameTaken(string Name);

/// <summary>A session to the chat, which passes it on to the room: let me in.</summary>
internal sealed record Join(string Room, string Name);

/// <summary>The answer of the room.</summary>
internal sealed record Joined(string Room, IActorRef Actor);

/// <summary>A session to its room: tell all the others.</summary>
internal sealed record Say(string Text);

/// <summary>A session to its room: tell all the others that I am called otherwise now.</summary>
internal sealed record NameChanged(string Name);

/// <summary>A session to its room: I am going.</summary>
internal sealed record Leave;

/// <summary>A room to the chat: one has gone.</summary>
internal sealed record Left(string Room);

/// <summary>A session to its room: who is there?</summary>
internal sealed record Who;

/// <summary>A session to the chat: which rooms are there?</summary>
internal sealed record ListRooms;

/// <summary>To a session: a line for its user.</summary>
internal sealed record Tell(string Line);
