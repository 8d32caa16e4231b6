namespace Soak.Hostile;

/// <summary>A peer got away with something, or was waited for too long.</summary>
internal sealed class NotEnduredException(string message) : Exception(message);
