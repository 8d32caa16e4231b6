namespace Aleph.Actors.Http;

/// <summary>Sends a request and completes with the head of its answer: the pool, or a middleware around it.</summary>
public delegate Task<HttpResponse> HttpSend(HttpRequest request, CancellationToken cancellationToken);

/// <summary>
/// A step around every request of a client: may change the request, call <paramref name="next"/> never, once or more
/// often, and change the answer. Runs on the caller's thread, and after an answer on the thread pool.
/// </summary>
/// <param name="request">The request as the step before gave it.</param>
/// <param name="next">The step after.</param>
/// <param name="cancellationToken">Of the caller.</param>
public delegate Task<HttpResponse> HttpClientMiddleware(
    HttpRequest request, HttpSend next, CancellationToken cancellationToken);
