using Akka.Actor;

namespace Aleph.Actors;

/// <summary>
/// Finds or makes an extension of an actor system. As <c>WithExtension</c>, which however makes the provider by
/// reflection, so that its constructor is gone where code is trimmed.
/// </summary>
internal static class SystemExtensions
{
    /// <summary>The extension, made at the first use. Any thread.</summary>
    public static T Extension<T, TProvider>(this ActorSystem system)
        where T : class, IExtension
        where TProvider : ExtensionIdProvider<T>, new() =>
        system.TryGetExtension<T>(out var made) ? made : new TProvider().Apply(system);
}
