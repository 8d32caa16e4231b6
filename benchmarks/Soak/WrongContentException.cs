namespace Soak;

/// <summary>An answer came, and it is not the right one.</summary>
internal sealed class WrongContentException(string message) : Exception(message);
