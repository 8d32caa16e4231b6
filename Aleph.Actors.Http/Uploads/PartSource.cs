using Aleph.Actors.Http.Multipart;

namespace Aleph.Actors.Http.Uploads;

/// <summary>
/// Feeds a <see cref="MultipartMachine"/> with the elements of a body, for one reader. It holds at most what the
/// machine has not consumed of one element.
/// </summary>
internal sealed class PartSource(IAsyncEnumerator<ReadOnlyMemory<byte>> elements, MultipartMachine machine, long? limit)
{
    private ReadOnlyMemory<byte> _input;
    private bool _ended;
    private long _total;

    /// <summary>The part that may be read now.</summary>
    public MultipartPart? Current { get; set; }

    /// <summary>Octets of the part, after <see cref="MultipartEvent.Data"/>; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    public HttpHeaders Headers => machine.Headers;

    /// <exception cref="HttpMessageException">
    /// The content is malformed, passes a limit, or did not come whole.
    /// </exception>
    public async ValueTask<MultipartEvent> NextAsync()
    {
        while (true)
        {
            var found = machine.Next(_input.Span, out var consumed);
            Data = _input[..consumed];
            _input = _input[consumed..];
            if (found == MultipartEvent.Failed)
                throw new HttpMessageException(machine.Error!);
            if (found != MultipartEvent.NeedMore)
                return found;
            if (_ended)
                throw new HttpMessageException(machine.ReceiveEnd()!);
            await FillAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads on to the end of the body, so that limits count for what follows the parts, too.</summary>
    public async ValueTask DrainAsync()
    {
        while (!_ended)
        {
            _input = default;
            await FillAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask FillAsync()
    {
        // The memory of an element is gone once the next is asked for.
        var rest = _input.ToArray();
        if (!await elements.MoveNextAsync().ConfigureAwait(false))
        {
            _ended = true;
            _input = rest;
            return;
        }

        var element = elements.Current;
        _total += element.Length;
        if (_total > limit)
            throw HttpBody.TooLong(limit.Value);
        _input = rest.Length == 0 ? element : (byte[])[.. rest, .. element.Span];
    }
}
