using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>Answers a WebSocket handshake at a server: 101 and a face, or what is wrong with the request.</summary>
internal static class ServerUpgrade
{
    /// <summary>The answer to <paramref name="request"/>.</summary>
    /// <param name="request">Any request.</param>
    /// <param name="options">What the handler wants; null for the defaults.</param>
    /// <param name="face">Makes what the application sees.</param>
    public static HttpResponse Answer(
        HttpRequest request, WebSocketOptions? options, Func<WebSocketSettings, WebSocketFace> face)
    {
        ArgumentNullException.ThrowIfNull(request);
        options ??= WebSocketOptions.Default;
        if (ServerHandshake.Read(request, out var offers) is { } fault)
            return Refuse(fault);
        if (options.AllowOrigin?.Invoke(request) == false)
            return HttpResponse.Text("The origin is not allowed (RFC 6455 10.2).", 403);
        var settings = options.Settings ?? request.WebSocketSettings;
        SettingsFaults.ThrowIfAny(settings.Validate());
        var deflate = settings.Compression
            ? DeflateNegotiation.Accept(offers.Extensions, settings.Wanted(WebSocketRole.Server))
            : null;
        var extensions = deflate is null ? "" : DeflateNegotiation.Answer(deflate);
        var protocol = offers.SubProtocols.FirstOrDefault(options.SubProtocols.Contains);
        var spec = new WebSocketSpec(
            WebSocketRole.Server, settings, new WebSocketInfo(request.Headers, protocol, extensions)
            {
                Request = request,
            })
        {
            Deflate = deflate,
            Counters = request.WebSocketCounters,
        };
        return HttpResponse.Switching(
            Fields(offers.Key, protocol, extensions, options.Headers),
            () => new ConnectionChannel(new WebSocketDriver(spec, face(settings))));
    }

    private static HttpHeaders Fields(string key, string? protocol, string extensions, HttpHeaders more)
    {
        var fields = HttpHeaders.Of(
            ("Connection", "Upgrade"), ("Upgrade", "websocket"),
            ("Sec-WebSocket-Accept", ServerHandshake.AcceptKey(key)));
        if (protocol is not null)
            fields = fields.Add("Sec-WebSocket-Protocol", protocol);
        if (extensions.Length > 0)
            fields = fields.Add("Sec-WebSocket-Extensions", extensions);
        foreach (var field in more)
        {
            if (fields.Contains(field.Name) && !field.Name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException($"The field {field.Name} is set by the handshake.", nameof(more));
            fields = fields.Add(field.Name, field.Value);
        }

        return fields;
    }

    private static HttpResponse Refuse(ProtocolError fault)
    {
        var answer = HttpResponse.Text(fault.Summary, fault.Status);
        return fault.Status == 426
            ? answer.WithHeader("Connection", "Upgrade").WithHeader("Upgrade", "websocket")
                .WithHeader("Sec-WebSocket-Version", ServerHandshake.Version)
            : answer;
    }
}
