using System.Runtime.InteropServices;

namespace Aleph.Actors.Tests.Support;

/// <summary>
/// Runs code as somebody to whom permissions of files apply, which they do not to root. Linux: the user of a thread.
/// </summary>
internal static class Unprivileged
{
    private const uint Nobody = 65534;

    /// <summary>Runs on a thread of its own, which ends with it.</summary>
    public static Task<T> RunAsync<T>(Func<T> run) => Task.Factory.StartNew(
        () =>
        {
            if (Environment.IsPrivilegedProcess)
                _ = SetFileSystemUser(Nobody);
            return run();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Within("it ran");

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint user);
}
