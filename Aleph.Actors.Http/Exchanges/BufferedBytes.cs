namespace Aleph.Actors.Http.Exchanges;

/// <summary>How many bytes of streamed bodies lie between sockets and handlers, of one server. Any thread.</summary>
internal sealed class BufferedBytes
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add(long bytes) => Interlocked.Add(ref _count, bytes);
}
