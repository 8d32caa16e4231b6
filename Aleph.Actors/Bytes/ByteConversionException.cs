namespace Aleph.Actors;

/// <summary>There is no way from one type to another; names both, and what is possible instead.</summary>
public sealed class ByteConversionException : NotSupportedException
{
    internal ByteConversionException(Type from, Type to, IReadOnlyCollection<Type> possible)
        : base($"Nothing converts {TypeNames.Of(from)} to {TypeNames.Of(to)}. From it there is a way to: "
            + $"{(possible.Count == 0 ? "nothing" : string.Join(", ", possible.Select(TypeNames.Of)))}.") =>
        (From, To, Possible) = (from, to, possible);

    /// <summary>The type of the value.</summary>
    public Type From { get; }

    /// <summary>The type that was wanted.</summary>
    public Type To { get; }

    /// <summary>What the value can be converted to.</summary>
    public IReadOnlyCollection<Type> Possible { get; }
}
