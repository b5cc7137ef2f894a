#if Hummingbird
    import DPoPServer
    import Foundation
    import HummingbirdTLS
    import NIOSSL

    /// A self-signed certificate for localhost with its key, made by the openssl command and good for two days.
    struct MadeCertificate {
        struct Failed: Error {}

        let certificate: NIOSSLCertificate
        let key: NIOSSLPrivateKey

        init() throws {
            let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            let (keyFile, file) = (
                directory.appendingPathComponent("key.pem").path, directory.appendingPathComponent("cert.pem").path
            )
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", keyFile, "-out", file, "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost",
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0, let made = try NIOSSLCertificate.fromPEMFile(file).first else {
                throw Failed()
            }
            certificate = made
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        }

        var thumbprint: CertificateThumbprint {
            get throws { CertificateThumbprint(ofCertificate: try certificate.toDERBytes()) }
        }
    }
#endif
