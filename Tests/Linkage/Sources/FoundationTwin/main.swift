import DPoPCore
import Foundation

// The key is there so that the program differs from the others by Foundation alone.
let key = try SigningKey.generate(.es256)
let data = Data(key.publicJWK.thumbprint.bytes)
print(data.count == 32 ? "ok" : "no thumbprint")
