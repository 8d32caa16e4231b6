using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

/// <summary>
/// Runs octets through a request reader as a driver would: whole, cut in two at every octet, and octet by octet. All
/// must give the same transcript, which is then returned. In texts, <c>|</c> stands for CRLF and every char is one
/// octet.
/// </summary>
internal static class Wire
{
    public const string Host = "Host: a|";
    private const string Smuggled = "GET /smuggled HTTP/1.1|Host: a||";

    // Beyond this, cutting at every octet takes too long; some hundred cuts are tried instead.
    private const int CutEverywhere = 1500;

    public static byte[] Text(string text) =>
        Encoding.Latin1.GetBytes(text.Replace("|", "\r\n", StringComparison.Ordinal));

    public static Transcript Read(string text, Http1Limits? limits = null, long? maxBody = null) =>
        Read(Text(text), limits, maxBody);

    public static Transcript Read(byte[] octets, Http1Limits? limits = null, long? maxBody = null)
    {
        var whole = Transcript.Of([octets], limits, maxBody);
        var step = octets.Length <= CutEverywhere ? 1 : octets.Length / 100;
        for (var cut = 1; cut < octets.Length; cut += step)
        {
            var parts = Transcript.Of([octets[..cut], octets[cut..]], limits, maxBody);
            Assert.True(whole.Text == parts.Text, $"Cut at {cut}:\n{parts.Text}\nWhole:\n{whole.Text}");
        }

        if (octets.Length <= 64 * 1024)
        {
            var single = Transcript.Of(octets.Select(octet => new[] { octet }), limits, maxBody);
            Assert.True(whole.Text == single.Text, $"Octet by octet:\n{single.Text}\nWhole:\n{whole.Text}");
        }

        return whole;
    }

    /// <summary>The text, and a request behind it that must never be seen, give an error.</summary>
    public static ProtocolError Rejects(string text, int status, Http1Limits? limits = null, long? maxBody = null)
    {
        var transcript = Read(text + Smuggled, limits, maxBody);
        Assert.True(transcript.Error is not null, $"Not rejected:\n{transcript.Text}");
        Assert.DoesNotContain(transcript.Heads, head => head.Target.Contains("smuggled", StringComparison.Ordinal));
        Assert.Equal(status, transcript.Error.Status.Code);
        Assert.Matches("^[a-z0-9_]+$", transcript.Error.Code);
        Assert.Matches(@"\(RFC \d+ [0-9.]+\)\.$", transcript.Error.Summary);
        return transcript.Error;
    }

    /// <summary>As <see cref="Rejects"/>, before any head was taken for good.</summary>
    public static ProtocolError RejectsHead(
        string text, int status, Http1Limits? limits = null, long? maxBody = null)
    {
        Assert.Empty(Transcript.Of([Text(text + Smuggled)], limits, maxBody).Heads);
        return Rejects(text, status, limits, maxBody);
    }

    /// <summary>The text is one request without fault; it must end where the text ends.</summary>
    public static RequestHead Accepts(string text, Http1Limits? limits = null, long? maxBody = null)
    {
        var transcript = Read(text + Smuggled, limits, maxBody);
        Assert.True(transcript.Error is null, transcript.Text);
        Assert.Equal(2, transcript.Heads.Count);
        Assert.Equal("/smuggled", transcript.Heads[1].Target);
        return transcript.Heads[0];
    }
}
