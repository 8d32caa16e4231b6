namespace Aleph.Actors;

/// <summary>One step from a type to another.</summary>
internal sealed record ByteConversion(
    Type From, Type To, Func<object, ByteOptions, CancellationToken, ValueTask<object>> Apply)
{
    public static ByteConversion Of<TFrom, TTo>(Func<TFrom, ByteOptions, CancellationToken, ValueTask<TTo>> convert)
        where TFrom : notnull
        where TTo : notnull =>
        new(typeof(TFrom), typeof(TTo), async (value, options, cancellationToken) =>
            await convert((TFrom)value, options, cancellationToken).ConfigureAwait(false));

    public static ByteConversion Of<TFrom, TTo>(Func<TFrom, ByteOptions, TTo> convert)
        where TFrom : notnull
        where TTo : notnull =>
        new(typeof(TFrom), typeof(TTo), (value, options, _) => new(convert((TFrom)value, options)));
}
