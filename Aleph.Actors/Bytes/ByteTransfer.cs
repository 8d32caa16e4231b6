namespace Aleph.Actors;

/// <summary>Moves bytes from a <see cref="ByteSource"/> to a <see cref="ByteSink"/>.</summary>
public static class ByteTransfer
{
    // As much as fits below the large object heap in the pool's sizes.
    private const int CopySize = 64 * 1024;

    /// <summary>
    /// Copies everything; a sink that is full holds the source. Both are closed at the end, however it comes, unless
    /// they are left open; a failure of the source completes a pipe or a channel with it.
    /// </summary>
    /// <param name="source">What to read.</param>
    /// <param name="sink">Where to write.</param>
    /// <param name="cancellationToken">Stops copying. What was written stays written. A file that is copied to a file
    /// by the operating system is not stopped once begun.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="InvalidOperationException">The source was read before, or the sink is closed or in use; then
    /// the other one is untouched.</exception>
    /// <exception cref="IOException">The reader of a pipe gave up, or what the source or the sink throw.</exception>
    public static async ValueTask<long> TransferToAsync(
        this ByteSource source, ByteSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);
        sink.Begin();
        if (!source.Origin.TryClaim())
        {
            sink.Release();
            source.Origin.Claim();
        }

        return await CopyClaimedAsync(source, sink, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies a source that is claimed to a sink that nobody else knows.</summary>
    internal static Task<long> CopyAsync(ByteSource source, ByteSink sink, CancellationToken cancellationToken)
    {
        sink.Begin();
        return CopyClaimedAsync(source, sink, cancellationToken).AsTask();
    }

    private static async ValueTask<long> CopyClaimedAsync(
        ByteSource source, ByteSink sink, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        try
        {
            if (source.Origin is FileOrigin { IsWhole: true } from && sink.Target is FileTarget { Append: false } to)
                return sink.Count(await to.CopyFromAsync(from.Path, cancellationToken).ConfigureAwait(false));
            var size = Math.Max(CopySize, source.Options.ChunkSize);
            var reading = new ByteReading(source.Origin, size, sink.Target.LargestElement, cancellationToken);
            await using (reading.ConfigureAwait(false))
                return await CopyAsync(reading, sink, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            fault = thrown;
            throw;
        }
        finally
        {
            await sink.EndAsync(fault).ConfigureAwait(false);
        }
    }

    private static async ValueTask<long> CopyAsync(
        ByteReading reading, ByteSink sink, CancellationToken cancellationToken)
    {
        var before = sink.BytesWritten;
        await sink.Target.BeginAsync(cancellationToken).ConfigureAwait(false);
        while (await reading.MoveNextAsync().ConfigureAwait(false))
        {
            await sink.Target.WriteAsync(reading.Current, cancellationToken).ConfigureAwait(false);
            sink.Count(reading.Current.Length);
        }

        await sink.Target.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return sink.BytesWritten - before;
    }
}
