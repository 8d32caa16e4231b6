namespace Aleph.Actors.Http.Client.Handler;

/// <summary>
/// Lets the thread of a caller wait, as the synchronous members of <see cref="HttpClient"/> and streams promise it. The
/// only place of the library that blocks, and never a turn: what is waited for runs on the thread pool.
/// </summary>
internal static class Synchronously
{
    public static T Run<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
