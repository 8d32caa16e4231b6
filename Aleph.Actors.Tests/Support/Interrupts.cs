using System.Globalization;
using System.Runtime.InteropServices;

namespace Aleph.Actors.Tests.Support;

/// <summary>
/// A shell that runs the tests in the background makes them ignore SIGINT, and all that they start does the same.
/// On Linux.
/// </summary>
internal static class Interrupts
{
    private const int Interrupt = 2;
    private const string Ignored = "SigIgn:";
    private static readonly Lazy<bool> Heeded = new(Heed);

    /// <summary>Makes what is started from now on heed SIGINT, unless it says otherwise itself.</summary>
    public static void AreHeeded() => _ = Heeded.Value;

    private static bool Heed()
    {
        const string Status = "/proc/self/status";
        if (!File.Exists(Status))
            return false;
        var line = File.ReadLines(Status).First(x => x.StartsWith(Ignored, StringComparison.Ordinal));

        // A set of bits, the first of them signal 1.
        var ignored = ulong.Parse(line.AsSpan(Ignored.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if ((ignored & (1UL << (Interrupt - 1))) == 0)
            return false;
        _ = SetHandler(Interrupt, IntPtr.Zero);
        return true;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "signal")]
    private static extern IntPtr SetHandler(int signal, IntPtr handler);
}
