using Akka.Actor;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The five lines of README.md.</summary>
internal static class ReadmeExample
{
    public static async Task RunAsync()
    {
        var system = ActorSystem.Create("hello");
        await using var server = await system.Http().ServeAsync(8080, _ => HttpResponse.Text("hello!"));
        await server.Completion;
    }
}
