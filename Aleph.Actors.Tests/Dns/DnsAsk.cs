using System.Net;
using System.Text;

namespace Aleph.Actors.Tests.Dns;

/// <summary>A query as a scripted name server received it, read by hand so that the library's codec is not its own
/// witness.</summary>
internal sealed record DnsAsk(byte[] Octets, EndPoint Client, bool OverTcp)
{
    public string Name
    {
        get
        {
            var labels = new List<string>();
            for (var at = 12; Octets[at] != 0; at += Octets[at] + 1)
                labels.Add(Encoding.ASCII.GetString(Octets, at + 1, Octets[at]));
            return string.Join('.', labels);
        }
    }

    public int Type => (Octets[QuestionEnd - 4] << 8) | Octets[QuestionEnd - 3];

    public bool IsA => Type == 1;

    public bool IsAaaa => Type == 28;

    public ushort Id => (ushort)((Octets[0] << 8) | Octets[1]);

    public bool RecursionDesired => (Octets[2] & 1) != 0;

    public bool HasOpt => Octets[11] == 1;

    /// <summary>The payload size of the OPT record, which follows the question.</summary>
    public int Payload => (Octets[QuestionEnd + 3] << 8) | Octets[QuestionEnd + 4];

    public int QuestionEnd
    {
        get
        {
            var at = 12;
            while (Octets[at] != 0)
                at += Octets[at] + 1;
            return at + 5;
        }
    }
}
