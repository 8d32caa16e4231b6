using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Tests that measure their process, or load the machine: one after another, when no others run.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "A collection of tests.")]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
