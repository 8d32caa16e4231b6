namespace Aleph.Actors.Http.Server;

/// <summary>A server's handler as one connection has it.</summary>
internal abstract class ConnectionHandler
{
    /// <summary>Answers. On the turn, or where the server dispatches handlers.</summary>
    public abstract ValueTask<HttpResponse> HandleAsync(HttpRequest request);

    /// <summary>Whether it answers no more requests, so that the connection should not serve on. On the turn.</summary>
    public virtual bool HasEnded => false;

    /// <summary>A message to the connection that is none of its own. On the turn.</summary>
    public virtual void OnMessage(object message)
    {
    }

    /// <summary>The connection has ended, or has become something else. On the turn.</summary>
    public virtual void OnEnded()
    {
    }
}
