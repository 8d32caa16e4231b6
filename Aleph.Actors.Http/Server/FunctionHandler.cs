using System.Reflection;

namespace Aleph.Actors.Http.Server;

/// <summary>A function; all connections share it.</summary>
internal sealed class FunctionHandler(HttpHandler handler, MethodInfo method) : HttpServerHandler
{
    private readonly Shared _shared = new(handler);

    internal override string Name => $"{method.DeclaringType?.FullName}.{method.Name}";

    internal override ConnectionHandler Attach(IConnection connection) => _shared;

    private sealed class Shared(HttpHandler handler) : ConnectionHandler
    {
        public override ValueTask<HttpResponse> HandleAsync(HttpRequest request) => handler(request);
    }
}
