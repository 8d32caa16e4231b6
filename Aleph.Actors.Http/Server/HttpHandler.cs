namespace Aleph.Actors.Http;

/// <summary>
/// Answers a request. Called on the connection's turn when the request is complete, so it must not block; on the thread
/// pool when the body is still streaming in; on <c>aleph.http.server.handler-dispatcher</c> when that is set.
/// </summary>
/// <param name="request">The request.</param>
/// <returns>The answer. Null, or an exception, gives a 500.</returns>
public delegate ValueTask<HttpResponse> HttpHandler(HttpRequest request);

/// <summary>
/// Answers a request by calling back, once, at any time, on any thread. The first call counts; every other is logged
/// and without
/// effect. A handler that never calls leaves its client waiting, up to the handler timeout where one is set.
/// </summary>
/// <param name="request">The request.</param>
/// <param name="respond">Answers.</param>
/// <param name="raise">Fails; the client gets a 500.</param>
public delegate void HttpCallbackHandler(HttpRequest request, Action<HttpResponse> respond, Action<Exception> raise);
