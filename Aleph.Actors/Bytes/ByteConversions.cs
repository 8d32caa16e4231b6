using System.Collections.Immutable;

namespace Aleph.Actors;

/// <summary>
/// Which types are bytes, for code that learns the type of a value only when it runs. Conversions join: who adds one
/// from a type of his own to any type here has all others with it. Immutable, so safe on any thread; there is no
/// registry of the process.
/// </summary>
public sealed class ByteConversions
{
    // The first found wins among ways of one length: those added last come first.
    private readonly ImmutableList<ByteConversion> _steps;

    private ByteConversions(ImmutableList<ByteConversion> steps) => _steps = steps;

    /// <summary>Everything that <see cref="ByteSource"/> is made from and read as.</summary>
    public static ByteConversions BuiltIn { get; } = new([.. BuiltInConversions.All]);

    /// <summary>These conversions and one more.</summary>
    /// <typeparam name="TFrom">What is converted; values of derived types too.</typeparam>
    /// <typeparam name="TTo">What it becomes. <see cref="ByteSource"/> makes <typeparamref name="TFrom"/> bytes.
    /// </typeparam>
    /// <param name="convert">The conversion; called each time, on the thread that asks.</param>
    public ByteConversions With<TFrom, TTo>(Func<TFrom, TTo> convert)
        where TFrom : notnull
        where TTo : notnull
    {
        ArgumentNullException.ThrowIfNull(convert);
        return new(_steps.Insert(0, ByteConversion.Of<TFrom, TTo>((value, _) => convert(value))));
    }

    /// <inheritdoc cref="With{TFrom, TTo}(Func{TFrom, TTo})"/>
    public ByteConversions With<TFrom, TTo>(Func<TFrom, ByteOptions, CancellationToken, ValueTask<TTo>> convert)
        where TFrom : notnull
        where TTo : notnull
    {
        ArgumentNullException.ThrowIfNull(convert);
        return new(_steps.Insert(0, ByteConversion.Of(convert)));
    }

    /// <summary>Converts a value on the shortest way. A value that is one already is answered as it is.</summary>
    /// <typeparam name="TTo">What it shall become.</typeparam>
    /// <param name="value">The value; its own type decides.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>, or those of the value where it is a <see
    /// cref="ByteSource"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ByteConversionException">There is no way.</exception>
    public async ValueTask<TTo> ConvertAsync<TTo>(
        object value, ByteOptions? options = null, CancellationToken cancellationToken = default)
        where TTo : notnull
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value is ByteSource source && options is not null)
            value = source.With(options);
        options = ByteOptions.Valid(options);
        var way = Way(value.GetType(), typeof(TTo))
            ?? throw new ByteConversionException(value.GetType(), typeof(TTo), Possible(value.GetType()));
        var current = value;
        foreach (var step in way)
            current = await ApplyAsync(step, current, value, options, cancellationToken).ConfigureAwait(false);
        return (TTo)current;
    }

    /// <summary>The types that a value passes on its way, both ends included; null where there is no way.</summary>
    public IReadOnlyList<Type>? Path(Type from, Type to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return Way(from, to) is { } way ? [from, .. way.Select(x => x.To)] : null;
    }

    /// <summary>All types that a value can be converted to, the nearest first.</summary>
    public IReadOnlyCollection<Type> Possible(Type from)
    {
        ArgumentNullException.ThrowIfNull(from);
        return [.. Reached(from).Select(x => x[^1].To)];
    }

    private static async ValueTask<object> ApplyAsync(
        ByteConversion step, object current, object first, ByteOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await step.Apply(current, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!ReferenceEquals(current, first) && current is IAsyncDisposable)
        {
            // Nobody else knows what was made on the way.
            await ((IAsyncDisposable)current).DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private ImmutableList<ByteConversion>? Way(Type from, Type to) =>
        to.IsAssignableFrom(from) ? [] : Reached(from).FirstOrDefault(x => to.IsAssignableFrom(x[^1].To));

    // Breadth first, so the first way to a type is a shortest.
    private IEnumerable<ImmutableList<ByteConversion>> Reached(Type from)
    {
        var seen = new HashSet<Type> { from };
        var open = new Queue<ImmutableList<ByteConversion>>([[]]);
        while (open.TryDequeue(out var way))
        {
            var at = way.IsEmpty ? from : way[^1].To;
            foreach (var step in _steps.Where(x => x.From.IsAssignableFrom(at) && seen.Add(x.To)))
            {
                var longer = way.Add(step);
                yield return longer;
                open.Enqueue(longer);
            }
        }
    }
}
